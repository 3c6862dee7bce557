// The description of sockets and events (/asyncapi.json), and whether what a socket gets is as it says.
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { closed } from './api.mjs';

export class RealtimeContract {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    addFormats(this.ajv);
    this.ajv.addSchema(closed(document), 'realtime.json');
    this.validators = new Map();
    this.seen = new Set(); // names of messages
  }

  // Throws if the description does not allow this message, or not in any of these rooms ("market", "listing:{id}").
  check(name, body, rooms = []) {
    const message = this.document.components.messages[name];
    const fail = (why) => {
      const text = JSON.stringify(body).slice(0, 2000);
      throw new Error(`the description of realtime does not allow ${name} ${text}: ${why}`);
    };
    if (!message) fail('it has no such message');
    this.seen.add(name);
    const shown = message['x-rooms'];
    if (shown && rooms.length && !rooms.some((r) => shown.includes(r)))
      fail(`not in the rooms ${rooms}, only ${shown}`);
    if (!this.validators.has(name))
      this.validators.set(name, this.ajv.compile({ $ref: `realtime.json${message.payload.$ref}` }));
    const validate = this.validators.get(name);
    if (!validate(body)) fail(this.ajv.errorsText(validate.errors, { separator: '\n', dataVar: 'body' }));
  }
}

let contract; // all nodes of a test run the same program
async function contractOf(url) {
  if (!contract) {
    const response = await fetch(`${url}/asyncapi.json`);
    if (response.ok) contract ??= new RealtimeContract(await response.json());
  }
  return contract;
}

// Checks each message that a Socket.IO client gets. A message that is not as described ends the test as an uncaught
// exception. A node that is about to stop may not send its description any more; then nothing is checked.
export function checkMessages(socket, url) {
  const rooms = new Set();
  const enter = (room) => rooms.add(String(room).replace(/:.*/, ':{id}'));
  socket.onAnyOutgoing((name, body) => { if (name === 'subscribe') enter(body?.room); });
  socket.prependAny((name, body) => {
    if (name === 'ready') body.rooms.forEach(enter);
    const at = [...rooms];
    contractOf(url).catch(() => null).then((known) => known?.check(name, body, at))
      .catch((error) => setImmediate(() => { throw error; }));
  });
}
