package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.ArrayList;
import java.util.List;

/**
 * Where reads go: the same few buffers over and over while nobody holds on to what they brought.
 * Nothing is allocated for a read then, and memory that was read into a moment ago is still in the
 * processor's caches.
 *
 * <p>The size follows what each connection sends: small for one row at a time, large for a busy
 * publisher. One buffer of each size is kept, for all connections of an event loop together: an
 * idle one holds nothing.
 *
 * <p><b>Threads.</b> One event loop.
 *
 * <p><b>Lifecycle.</b> {@link #close} once the connections are closed.
 */
final class ReadBuffers implements RecvByteBufAllocator, AutoCloseable {
  private final AdaptiveRecvByteBufAllocator sizes = IpcServer.readBuffers();
  private final List<ByteBuf> kept = new ArrayList<>();
  private boolean closed;

  @Override
  public ExtendedHandle newHandle() {
    return new Reusing((ExtendedHandle) sizes.newHandle());
  }

  @Override
  public void close() {
    closed = true;
    kept.forEach(ByteBuf::release);
    kept.clear();
  }

  private ByteBuf buffer(ByteBufAllocator allocator, int size) {
    for (int k = 0; k < kept.size(); k++) {
      ByteBuf buffer = kept.get(k);
      if (buffer.capacity() == size) {
        if (buffer.refCnt() == 1) {
          return buffer.clear().retain();
        }
        kept.remove(k).release();
        break;
      }
    }
    ByteBuf buffer = allocator.ioBuffer(size, size);
    if (!closed) {
      kept.add(buffer.retain());
    }
    return buffer;
  }

  private final class Reusing extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle sizing;

    Reusing(ExtendedHandle sizing) {
      super(sizing);
      this.sizing = sizing;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return buffer(allocator, guess());
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return sizing.continueReading(maybeMoreData);
    }
  }
}
