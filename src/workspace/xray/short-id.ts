/** An image's id as docker shows it. */
export const shortId = (id: string) => id.replace('sha256:', '').slice(0, 12);
