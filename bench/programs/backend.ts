/**
 * A backend for the load balancer's suite, as fast as Node can be: a small answer at any path, a
 * megabyte at `/big`, and a WebSocket echo on a port of its own. Prints both ports.
 */
import { type AddressInfo, createServer } from 'node:net'
import { WebSocketServer } from 'ws'

const small = answer(Buffer.from('{"title":"The Third Man","year":1949,"rating":8.1}'))
const big = answer(Buffer.alloc(1024 * 1024, 'x'))

function answer(body: Buffer): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  return Buffer.concat([Buffer.from(`${head}\r\nConnection: keep-alive\r\n\r\n`), body])
}

const server = createServer({ noDelay: true }, (socket) => {
  // A proxy sends one request at a time, each in one write.
  socket.on('data', (part) => {
    socket.write(part.indexOf('GET /big ') === 0 ? big : small)
  })
  socket.on('error', () => socket.destroy())
})
const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
sockets.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
})
server.listen(0, '127.0.0.1', () => {
  const http = (server.address() as AddressInfo).port
  console.log(JSON.stringify({ http, ws: (sockets.address() as AddressInfo).port }))
})
