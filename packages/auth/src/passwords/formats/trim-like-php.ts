/** PHP's `trim`, which WordPress does to each password: it knows fewer spaces than JavaScript's. */
export const trimLikePhp = (text: string): string => text.replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, '');
