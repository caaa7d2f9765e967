/** PHP's `trim`, which WordPress applies to each password: it removes fewer kinds of spaces than JavaScript's. */
export const trimLikePhp = (text: string): string => text.replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, '');
