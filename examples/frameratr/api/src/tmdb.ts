import type { Config } from './config.ts'

/** A film as TMDb describes it (the members that we use). */
export interface TmdbMovie {
  id: number
  title: string
  overview: string
  release_date?: string
  poster_path: string | null
}

export interface TmdbPage {
  page: number
  results: TmdbMovie[]
  total_pages: number
  total_results: number
}

export class TmdbError extends Error {
  readonly statusCode: number

  constructor(status: number) {
    super(status === 404 ? 'TMDb does not know this film' : `TMDb answered ${status}`)
    this.statusCode = status === 404 ? 404 : 502
  }
}

export interface Tmdb {
  searchMovies(query: string, page: number): Promise<TmdbPage>
  trendingMovies(): Promise<TmdbPage>
  movie(id: number): Promise<TmdbMovie>
}

/** TMDb's API, asked no more often than once in `minGapMs`, as its rate limit wants. */
export function tmdbClient({ baseUrl, token, minGapMs }: Config['tmdb']): Tmdb {
  let nextTurn = 0

  const get = async <T>(path: string, query: Record<string, string> = {}): Promise<T> => {
    const now = Date.now()
    const wait = Math.max(0, nextTurn - now)
    nextTurn = Math.max(now, nextTurn) + minGapMs
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const response = await fetch(`${baseUrl}${path}?${new URLSearchParams(query).toString()}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      signal: AbortSignal.timeout(10_000),
    })
    if (!response.ok) throw new TmdbError(response.status)
    return (await response.json()) as T
  }

  return {
    searchMovies: (query, page) => get('/search/movie', { query, page: String(page) }),
    trendingMovies: () => get('/trending/movie/day'),
    movie: (id) => get(`/movie/${id}`),
  }
}
