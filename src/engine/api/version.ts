/** The version of the Engine API spoken here, and the engine that speaks it. */
export const API_VERSION = '1.51';
export const ENGINE_VERSION = '28.5.2';
export const CLIENT_GIT_COMMIT = '9cc6dea35e9a963f281434761c656fba4ac43aed';
export const GO_VERSION = 'go1.27.1';
export const BUILD_TIME = 'Tue Sep 15 11:02:57 2026';
/** The plugin that `docker build` is. */
export const BUILDX_VERSION = 'v0.29.1';
export const BUILDX_GIT_COMMIT = 'a32761aeb3debd39be1eca514af3693af0db334b';
