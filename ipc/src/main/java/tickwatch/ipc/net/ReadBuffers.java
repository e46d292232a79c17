package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one connection's reads go: the same buffer over and over while nobody holds on to what it
 * brought. Nothing is allocated for a read then, and memory that was read into a moment ago is
 * still in the processor's caches.
 *
 * <p>The buffer follows what the connection sends: small for one row at a time, large for a busy
 * publisher.
 *
 * <p><b>Threads.</b> The connection's event loop.
 *
 * <p><b>Lifecycle.</b> {@link #close} once the connection is closed.
 */
final class ReadBuffers implements RecvByteBufAllocator, AutoCloseable {
  private final AdaptiveRecvByteBufAllocator sizes = IpcServer.readBuffers();
  private @Nullable ByteBuf kept;
  private boolean closed;

  @Override
  public ExtendedHandle newHandle() {
    return new Reusing((ExtendedHandle) sizes.newHandle());
  }

  @Override
  public void close() {
    closed = true;
    forget();
  }

  private void forget() {
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }

  private ByteBuf buffer(ByteBufAllocator allocator, int size) {
    ByteBuf buffer = kept;
    if (buffer != null && buffer.refCnt() == 1 && buffer.capacity() == size) {
      return buffer.clear().retain();
    }
    forget();
    buffer = allocator.ioBuffer(size, size);
    if (!closed) {
      kept = buffer.retain();
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
