package tickwatch.ipc.value;

/**
 * Something that can be applied. The kinds in this package are those that travel; a host may add
 * kinds of its own, which the codec refuses to send.
 */
public non-sealed interface Function extends Value {}
