/** A handful of films, in TMDb's shape. */
export const FILMS = [
  film(268, 'Batman', '1989-06-21', 'A masked man watches over Gotham City.'),
  film(272, 'Batman Begins', '2005-06-10', 'Bruce Wayne learns what fear is for.'),
  film(155, 'The Dark Knight', '2008-07-16', 'A criminal wants to see the city burn.'),
  film(949, 'Heat', '1995-12-15', 'A thief and a detective have too much in common.'),
  film(680, 'Pulp Fiction', '1994-09-10', 'Several stories of one Los Angeles.'),
  film(129, 'Spirited Away', '2001-07-20', 'A girl works in a bathhouse for spirits.'),
]

function film(id: number, title: string, release_date: string, overview: string) {
  return { id, title, release_date, overview, poster_path: `/${id}.jpg`, adult: false }
}
