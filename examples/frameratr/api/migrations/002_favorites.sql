CREATE TABLE favorites (
  user_id text NOT NULL,
  movie_id integer NOT NULL REFERENCES movies (id) ON DELETE CASCADE,
  kept_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, movie_id)
);
