package tickwatch.tick;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the buffer that messages are delivered from, for those who look at them in place.
 * Made anew only where the buffer is another one: many messages lie in each.
 *
 * <p><b>Threads.</b> One: that of the connection.
 */
public final class MessageView {
  private @Nullable ByteBuf viewed;
  private int capacity;
  private long address;
  private ByteBuffer view = ByteBuffer.allocate(0);

  /** All bytes of the buffer by their indexes, little-endian; valid as long as the buffer is. */
  @SuppressWarnings("ReferenceEquality") // equals would compare the bytes
  public ByteBuffer of(ByteBuf buffer) {
    long now = buffer.hasMemoryAddress() ? buffer.memoryAddress() : 0;
    if (viewed != buffer || now == 0 || capacity != buffer.capacity() || address != now) {
      viewed = buffer;
      capacity = buffer.capacity();
      address = now;
      view = buffer.nioBuffer(0, capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
    return view;
  }

  /** The buffer may be used for something else before the next message. */
  public void forget() {
    viewed = null;
  }
}
