/** How many tasks a rolling deployment must keep and may have (DEP-1). */
export interface Bounds {
  readonly lower: number
  readonly upper: number
}

/** Amazon ECS API Reference, "DeploymentConfiguration". */
export function deploymentBounds(
  desired: number,
  {
    minimumHealthyPercent = 100,
    maximumPercent = 200,
  }: {
    minimumHealthyPercent?: number | undefined
    maximumPercent?: number | undefined
  },
): Bounds {
  return {
    lower: Math.ceil((desired * minimumHealthyPercent) / 100),
    upper: Math.floor((desired * maximumPercent) / 100),
  }
}
