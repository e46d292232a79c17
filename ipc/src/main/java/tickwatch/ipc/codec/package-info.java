/**
 * Values to bytes and back, as kdb+ does it: the message header, the layout of every type, the
 * compression. No sockets.
 */
@NullMarked
package tickwatch.ipc.codec;

import org.jspecify.annotations.NullMarked;
