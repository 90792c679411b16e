/** How timestamps cross the API's edge: wall-clock time outside, engine time inside. */
export interface Times {
  toWall(engineMs: number): Date
  fromWall(wall: Date): number
}

/** Engine time of a timestamp that a client sent. */
export function arriving(wallMs: number, times: Times): Date {
  return new Date(times.fromWall(new Date(wallMs)))
}

/** The wall-clock time of one of the engine's. */
export function leaving(date: Date, times: Times): Date {
  return times.toWall(date.getTime())
}
