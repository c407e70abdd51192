/** A UUID of version 4 (RFC 9562, 5.4). @param hex 32 random hexadecimal digits */
export const uuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
