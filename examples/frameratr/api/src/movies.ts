import type { Database } from './database.ts'
import type { Tmdb } from './tmdb.ts'

export interface Movie {
  id: number
  title: string
  overview: string
  releaseDate: string | null
  posterPath: string | null
  averageScore: number | null
  ratings: number
}

const MOVIE = `
  SELECT m.id, m.title, m.overview, m.release_date::text AS "releaseDate",
         m.poster_path AS "posterPath", avg(r.score)::float AS "averageScore",
         count(r.score)::int AS ratings
  FROM movies m LEFT JOIN ratings r ON r.movie_id = m.id`

export async function listMovies(
  db: Database,
  page: { limit: number; offset: number },
): Promise<Movie[]> {
  const { rows } = await db.query<Movie>(
    `${MOVIE} GROUP BY m.id ORDER BY m.added_at DESC, m.id LIMIT $1 OFFSET $2`,
    [page.limit, page.offset],
  )
  return rows
}

export async function findMovie(db: Database, id: number): Promise<Movie | undefined> {
  const { rows } = await db.query<Movie>(`${MOVIE} WHERE m.id = $1 GROUP BY m.id`, [id])
  return rows[0]
}

export async function favoriteMovies(db: Database, user: string): Promise<Movie[]> {
  const { rows } = await db.query<Movie>(
    `${MOVIE} JOIN favorites f ON f.movie_id = m.id WHERE f.user_id = $1
     GROUP BY m.id, f.kept_at ORDER BY f.kept_at DESC`,
    [user],
  )
  return rows
}

/** Makes sure that a film is in the catalogue, asking TMDb about it the first time. */
export async function ensureMovie(db: Database, tmdb: Tmdb, id: number): Promise<void> {
  const known = await db.query('SELECT 1 FROM movies WHERE id = $1', [id])
  if (known.rows.length > 0) return
  const movie = await tmdb.movie(id)
  await db.query(
    `INSERT INTO movies (id, title, overview, release_date, poster_path)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
    [movie.id, movie.title, movie.overview, movie.release_date || null, movie.poster_path],
  )
}
