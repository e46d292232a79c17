package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;

/** Reads of a size go to one buffer for as long as nobody keeps it. */
final class ReadBuffersTest {
  private final ReadBuffers buffers = new ReadBuffers();
  private final RecvByteBufAllocator.ExtendedHandle handle = buffers.newHandle();

  @Test
  void theNextReadGoesToTheSameBuffer() {
    ByteBuf first = next();
    first.writeLong(1).release();

    ByteBuf second = next();

    assertThat(second).isSameAs(first);
    assertThat(second.readableBytes()).isZero();
    second.release();
    buffers.close();
    assertThat(second.refCnt()).isZero();
  }

  @Test
  void whatSomebodyKeepsIsNotReadOver() {
    ByteBuf first = next();
    ByteBuf kept = first.writeLong(42).retainedSlice(0, Long.BYTES);
    first.release();

    ByteBuf second = next();
    second.writeLong(1);

    assertThat(second).isNotSameAs(first);
    assertThat(kept.getLong(0)).isEqualTo(42);
    kept.release();
    assertThat(first.refCnt()).isZero();
    second.release();
    buffers.close();
  }

  @Test
  void nothingIsKeptOnceTheConnectionsAreClosed() {
    ByteBuf during = next();
    buffers.close();
    ByteBuf after = next();

    during.release();
    after.release();

    assertThat(during.refCnt()).isZero();
    assertThat(after.refCnt()).isZero();
  }

  @Test
  void aBusierConnectionGetsALargerOne() {
    ByteBuf first = next();
    for (int read = 0; read < 2; read++) {
      handle.attemptedBytesRead(handle.guess());
      handle.lastBytesRead(handle.guess());
      handle.readComplete();
    }
    first.release();

    ByteBuf second = next();

    assertThat(second.capacity()).isGreaterThan(first.capacity());
    second.release();
    buffers.close();
    assertThat(first.refCnt()).isZero();
    assertThat(second.refCnt()).isZero();
  }

  @Test
  void connectionsOfOneLoopReadIntoTheSameBuffer() {
    ByteBuf ofOne = next();
    ofOne.release();

    ByteBuf ofAnother = buffers.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);

    assertThat(ofAnother).isSameAs(ofOne);
    ofAnother.release();
    buffers.close();
  }

  private ByteBuf next() {
    return handle.allocate(UnpooledByteBufAllocator.DEFAULT);
  }
}
