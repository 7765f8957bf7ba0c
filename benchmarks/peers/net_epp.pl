# Debian's Net::EPP, one connection, one check after the other:
#
#     perl net_epp.pl PORT CERTIFICATE COMMANDS SECONDS
#
# makes so many checks, or as many as it gets done in that time, and prints one JSON document.
use strict;
use warnings;
use JSON::PP;
use Net::EPP::Simple;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC CLOCK_PROCESS_CPUTIME_ID);

my ($port, $certificate, $commands, $seconds) = @ARGV;
my $epp = Net::EPP::Simple->new(
    host => '127.0.0.1',
    port => $port,
    user => 'benchmark',
    pass => 'secret-1',
    verify => 1,
    ca_file => $certificate,
    timeout => 20,
    load_config => 0,
    reconnect => 0,    # it would say hello before each command
) or die "no login: $Net::EPP::Simple::Error";

sub check { $epp->check_domain('example.com') or die 'not free'; }

check() for 1 .. 10;
my @took;
my $began = clock_gettime(CLOCK_MONOTONIC);
my $cpu = clock_gettime(CLOCK_PROCESS_CPUTIME_ID);
while (@took < $commands) {
    my $start = clock_gettime(CLOCK_MONOTONIC);
    last if $start >= $began + $seconds;
    check();
    push @took, clock_gettime(CLOCK_MONOTONIC) - $start;
}
my $all = clock_gettime(CLOCK_MONOTONIC) - $began;
$cpu = clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $cpu;
my @sorted = sort { $a <=> $b } @took;
print encode_json({
    checks_per_s => @took / $all,
    cpu_us => $cpu / @took * 1e6,
    p50_ms => $sorted[int(@sorted * 0.50)] * 1e3,
    p99_ms => $sorted[int(@sorted * 0.99)] * 1e3,
}), "\n";
