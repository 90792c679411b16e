-- The films that somebody has rated, reviewed or kept. Ids are TMDb's own.
CREATE TABLE movies (
  id integer PRIMARY KEY,
  title text NOT NULL,
  overview text NOT NULL DEFAULT '',
  release_date date,
  poster_path text,
  added_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ratings (
  user_id text NOT NULL,
  movie_id integer NOT NULL REFERENCES movies (id) ON DELETE CASCADE,
  score smallint NOT NULL CHECK (score BETWEEN 1 AND 10),
  rated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, movie_id)
);

CREATE TABLE reviews (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id text NOT NULL,
  movie_id integer NOT NULL REFERENCES movies (id) ON DELETE CASCADE,
  body text NOT NULL CHECK (length(body) BETWEEN 1 AND 5000),
  written_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX reviews_by_movie ON reviews (movie_id, written_at DESC);
