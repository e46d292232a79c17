/** Tests over real sockets; {@code RawPeer} speaks the protocol's bytes, mistakes included. */
@NullMarked
package tickwatch.ipc.net;

import org.jspecify.annotations.NullMarked;
