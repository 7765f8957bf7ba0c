// Phoenix's own client in Node, driven line by line: reads {"do": …} on stdin, writes what happened
// as {"event": …} on stdout. Arguments: the folder of node_modules, and the settings as JSON.
"use strict";

const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");

const [folder, text] = process.argv.slice(2);
const settings = JSON.parse(text);
const load = createRequire(`${folder}/`);
const WebSocket = load("ws");
const { Socket, LongPoll } = load("phoenix");

const tell = (event, facts = {}) => process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);

// A browser adds the cookie and the origin by itself.
class OurWebSocket extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { headers: settings.headers });
  }
}
const plainFetch = globalThis.fetch;
globalThis.fetch = (url, options = {}) =>
  plainFetch(url, { ...options, headers: { ...options.headers, ...settings.headers } });

const socket = new Socket(`${settings.url}/socket`, {
  transport: settings.longpoll ? LongPoll : OurWebSocket,
  heartbeatIntervalMs: settings.heartbeat_ms,
  params: settings.params,
});
const channels = new Map();

socket.onOpen(() => tell("opened"));
socket.onClose((event) => tell("closed", { code: event.code }));
socket.onError((error) => tell("failed", { reason: String(error.message ?? error) }));
socket.onMessage((message) => {
  if (message.topic === "phoenix") tell("heartbeat", { payload: { status: message.payload.status } });
  return message;
});

const join = ({ topic, as }) => {
  const channel = socket.channel(topic, {});
  channels.set(as, channel);
  for (const event of ["diff", "flash"]) {
    channel.on(event, (payload) => tell(event, { as, topic, payload }));
  }
  channel.onClose(() => tell("channel_closed", { as }));
  channel.onError((reason) => tell("channel_failed", { as, reason }));
  channel.join()
    .receive("ok", (payload) => tell("joined", { as, topic, payload }))
    .receive("error", (payload) => tell("refused", { as, topic, payload }));
};

const push = ({ as, name, payload }) =>
  channels.get(as).push(name, payload)
    .receive("ok", (answer) => tell("answered", { as, payload: answer }))
    .receive("error", (answer) => tell("rejected", { as, payload: answer }));

const actions = {
  connect: () => socket.connect(),
  join,
  push,
  leave: ({ as }) => channels.get(as).leave(),
  disconnect: () => socket.disconnect(() => tell("disconnected")),
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const order = JSON.parse(line);
    actions[order.do](order);
  })
  .on("close", () => process.exit(0));
