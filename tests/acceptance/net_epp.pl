# A registrar's day with Net::EPP::Simple. Reads what `engset sandbox registry` printed from
# standard input, takes the registry's profile as its argument, and prints one line of JSON per
# step: [step, result code, value]. Net::EPP::Simple keeps no code of a logout.
use strict;
use warnings;
use JSON::PP;
use Net::EPP::Frame;
use Net::EPP::Simple;

$| = 1;
my $profile = shift @ARGV;
my $registry = decode_json(join '', <STDIN>);
my $zone = $registry->{zones}[0];
my $domain = "perl-made.$zone";

sub tell_step {
    my ($step, $value) = @_;
    print encode_json([$step, 0 + ($Net::EPP::Simple::Code // 0), $value]), "\n";
}

sub session {
    my ($number, %options) = @_;
    my $account = $registry->{accounts}[$number];
    my $epp = Net::EPP::Simple->new(
        host => $registry->{host},
        port => $registry->{port},
        user => $account->{client_id},
        pass => $account->{password},
        key => $registry->{key},
        cert => $registry->{certificate},
        verify => 1,
        ca_file => $registry->{ca},
        timeout => 20,
        load_config => 0,
        %options,
    );
    return $epp;
}

sub request {
    my ($epp, $frame) = @_;
    my $response = $epp->request($frame);
    $Net::EPP::Simple::Code = $response ? $response->code : 0;
    return $response;
}

sub text {
    my ($response, $name) = @_;
    my $node = $response->getElementsByLocalName($name)->shift;
    return $node ? $node->textContent : undef;
}

# The wrong way in.
defined session(0, pass => 'wrong-password') and die 'a wrong password let us in';
tell_step('login, wrong password', undef);

# The right way. The default of Net::EPP::Simple says hello before each command.
my $epp = session(0) or die "no login: $Net::EPP::Simple::Error";
tell_step('login', text($epp->greeting, 'svID'));
tell_step('check, free', 0 + $epp->check_domain($domain));
tell_step('check, taken', 0 + $epp->check_domain("taken.$zone"));

if ($profile eq 'thick') {
    my $contact = {
        id => 'perl-ada',
        postalInfo => { int => {
            name => 'Ada Example',
            addr => { street => ['1 Main Street'], city => 'Dulles', sp => 'VA', pc => '20166',
                      cc => 'US' },
        } },
        voice => '+1.7035555555',
        email => 'ada@example.com',
        authInfo => '2fooBAR',
    };
    $epp->create_contact($contact);
    tell_step('contact create', undef);
    my $found = $epp->contact_info('perl-ada', '2fooBAR');
    tell_step('contact info', $found->{postalInfo}{int}{name});
    $epp->create_domain({
        name => $domain,
        period => 2,
        registrant => 'perl-ada',
        contacts => { admin => 'perl-ada', tech => 'perl-ada' },
        authInfo => 'secret-2026',
    });
}
else {
    my $frame = Net::EPP::Frame::Command::Create::Domain->new;
    $frame->setDomain($domain);
    $frame->setPeriod(2);
    $frame->setAuthInfo('secret-2026');
    request($epp, $frame);
}
tell_step('domain create', undef);
tell_step('check, ours now', 0 + $epp->check_domain($domain));

$epp->create_host({
    name => "ns1.$domain",
    addrs => [{ ip => '192.0.2.1', version => 'v4' }, { ip => '2001:db8::1', version => 'v6' }],
});
tell_step('host create', undef);
$epp->update_domain({
    name => $domain,
    add => { ns => ["ns1.$domain"], status => ['clientHold'] },
});
tell_step('domain update', undef);

my $info = $epp->domain_info($domain);
tell_step('domain info', {
    ns => $info->{ns}, status => [sort @{$info->{status}}], clID => $info->{clID},
    authInfo => $info->{authInfo}, hosts => $info->{hosts},
});
my $expiry = substr($info->{exDate}, 0, 10);
$epp->renew_domain({ name => $domain, cur_exp_date => $expiry, period => 3 });
tell_step('domain renew', undef);
my $renewed = $epp->domain_info($domain);
tell_step('years gained', substr($renewed->{exDate}, 0, 4) - substr($expiry, 0, 4));

# To the other account, and the messages about it.
my $other = session(1, reconnect => 0) or die "no login: $Net::EPP::Simple::Error";
my $asked = $other->domain_transfer_request($domain, 'secret-2026', 1);
tell_step('transfer request', $asked->{trStatus});
my $notice = request($epp, Net::EPP::Frame::Command::Poll::Req->new);
tell_step('poll', text($notice, 'trStatus'));
my $ack = Net::EPP::Frame::Command::Poll::Ack->new;
$ack->setMsgID($notice->getElementsByLocalName('msgQ')->shift->getAttribute('id'));
request($epp, $ack);
tell_step('poll ack', undef);
request($epp, Net::EPP::Frame::Command::Poll::Req->new);
tell_step('poll, empty', undef);
tell_step('transfer query', $other->domain_transfer_query($domain)->{trStatus});
$epp->domain_transfer_approve($domain);
tell_step('transfer approve', undef);
tell_step('new sponsor', $other->domain_info($domain)->{clID});

# The end of it.
$epp->delete_domain($domain);
tell_step('delete, not ours', undef);
$other->update_domain({ name => $domain, rem => { ns => ["ns1.$domain"] } });
tell_step('nameserver removed', undef);
$other->delete_host("ns1.$domain");
tell_step('host delete', undef);
$other->delete_domain($domain);
tell_step('domain delete', undef);
$other->domain_info($domain);
tell_step('domain info, gone', undef);
tell_step('logout', $other->logout);
tell_step('logout of the first', $epp->logout);
