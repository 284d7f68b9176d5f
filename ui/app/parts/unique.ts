/** Each once, the last of those with the same key: pages of a list shift while new entries come. */
export const unique = <Each>(list: readonly Each[], key: (each: Each) => unknown): Each[] => [...new Map(list.map((each) => [key(each), each])).values()];
