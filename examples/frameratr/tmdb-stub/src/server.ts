/** Stands in for TMDb's API and for Firebase's key set, in the local environment alone. */
import { createServer, type ServerResponse } from 'node:http'
import { FILMS } from './films.ts'
import { keySet } from './tokens.ts'

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://stand-in')
  const { pathname } = url
  if (pathname === '/jwks') return answer(response, 200, keySet())
  if (request.headers.authorization === undefined) {
    return answer(response, 401, { status_code: 7, status_message: 'Invalid API key' })
  }
  if (pathname === '/3/search/movie') {
    const query = (url.searchParams.get('query') ?? '').toLowerCase()
    return answer(response, 200, page(FILMS.filter((f) => f.title.toLowerCase().includes(query))))
  }
  if (pathname === '/3/trending/movie/day') return answer(response, 200, page(FILMS))
  const id = /^\/3\/movie\/(\d+)$/.exec(pathname)?.[1]
  const film = FILMS.find((f) => String(f.id) === id)
  if (film !== undefined) return answer(response, 200, film)
  return answer(response, 404, { status_code: 34, status_message: 'Not found' })
})

function page(results: object[]): object {
  return { page: 1, results, total_pages: 1, total_results: results.length }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

process.once('SIGTERM', () => server.close(() => process.exit(0)))
server.listen(4010, '0.0.0.0')
