// The stock Socket.IO client as a user of the platform.
import { io } from 'socket.io-client';

// A socket of a signed-in client, joined. options: socket.io-client's.
export async function connect(client, options = {}, nsp = '') {
  const socket = open(client, options, nsp);
  const joined = new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  await joined;
  return socket;
}

// The same before it has joined; `events` is all that it was sent, in order, as { name, body, offset }.
export function open(client, options = {}, nsp = '') {
  const socket = io(client.stack.url + nsp, { transports: ['websocket'], auth: { token: client.token }, reconnectionDelay: 50, reconnectionDelayMax: 200, forceNew: true, ...options });
  socket.events = [];
  socket.onAny((name, body, offset) => socket.events.push({ name, body, offset }));
  socket.of = (name) => socket.events.filter((e) => e.name === name);
  socket.ask = (event, body) => socket.timeout(10000).emitWithAck(event, body);
  socket.command = (method, path, body, more = {}) => socket.ask('command', { method, path, ...(body !== undefined && { body }), ...more });
  return socket;
}

export const event = (socket, name) => new Promise((resolve) => socket.once(name, (...args) => resolve(args)));
