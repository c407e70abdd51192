/** Steps of random sessions that differ, and why they may: `seed/session/step`. */
export const EXPLAINED: Record<string /* step */, string /* reason */> = {};
