/** The version of the Engine API spoken here, and the engine that speaks it. */
export const API_VERSION = '1.51';
export const ENGINE_VERSION = '28.5.2';
export const CLIENT_GIT_COMMIT = 'ecc6942';
export const GO_VERSION = 'go1.25.3';
export const BUILD_TIME = 'Wed Nov  5 14:42:40 2025';
