// The peer: a Socket.IO 4 server on Node.js without a database. It has a room and broadcasts events of the platform's
// size and format into it. Prints its port and process id.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http,
  { transports: ['websocket'], connectionStateRecovery: process.env.RECOVERY ? {} : undefined });
let sequence = 0;
io.on('connection', (socket) => {
  socket.on('subscribe', ({ room }, answer) => {
    socket.join(room);
    answer({ status: 200, room });
  });
  socket.on('command', ({ path, body }, answer) => {
    const id = path.split('/')[3];
    const at = new Date().toISOString();
    const data = { id: 'bid_01m89e58qpfwe93gjhztmb224a',
      bidder: { userId: 'usr_01m89e58f9ee1v6z1hdjs6k8ad', wallet: 'CktRuQ2mttgRGkXJtyksdKHjUdc2C4TgDzyB98oEzy8' },
      amount: body.amount, at };
    const position = `1234.${++sequence}`;
    io.to(`listing:${id}`).emit('listing.bid_placed', { id, sequence, type: 'bid_placed', at, position, data },
      position);
    answer({ status: 201, body: data });
  });
});
http.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: http.address().port, pid: process.pid })));
