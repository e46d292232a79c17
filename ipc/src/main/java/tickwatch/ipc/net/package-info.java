/**
 * The kdb+ IPC protocol on sockets: who may connect, the handshake, messages cut from the stream,
 * answers in order; a server and a client on Netty.
 *
 * <p>Start reading at {@link tickwatch.ipc.net.Connection} and {@link
 * tickwatch.ipc.net.ConnectionHandler}; the handshake is specified in {@code ServerHandshake}, the
 * cutting of messages in {@code FrameReader}.
 */
@NullMarked
package tickwatch.ipc.net;

import org.jspecify.annotations.NullMarked;
