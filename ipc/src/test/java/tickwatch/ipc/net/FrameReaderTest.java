package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageType;

class FrameReaderTest {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final Taker taker = new Taker();
  private final FrameReader reader = new FrameReader(allocator, MAX_MESSAGE_BYTES, taker);

  private static class Taker implements FrameReader.Sink {
    final List<String> taken = new ArrayList<>();
    int left = Integer.MAX_VALUE;
    Runnable onFrame = () -> {};

    /** Of messages of this length two are taken together, or as many as there are. */
    int togetherOf = -1;

    @Override
    public boolean isReady() {
      return left > 0;
    }

    @Override
    public int frames(ByteBuf buffer, int start, int end) {
      int next = start;
      StringBuilder together = new StringBuilder();
      for (int i = 0; i < 2 && end - next >= togetherOf && togetherOf > 0; i++) {
        if (buffer.getIntLE(next + 4) != togetherOf) {
          break;
        }
        together.append(' ').append(ByteBufUtil.hexDump(buffer, next, togetherOf));
        next += togetherOf;
      }
      if (next > start) {
        left--;
        taken.add("TOGETHER" + together);
        onFrame.run();
      }
      return next;
    }

    @Override
    public void frame(MessageType type, ByteBuf buffer, int start, int length) {
      left--;
      taken.add(type + " " + ByteBufUtil.hexDump(buffer, start, length));
      onFrame.run();
    }
  }

  @AfterEach
  void everyBufferIsReleased() {
    reader.close();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  private static byte[] frame(ByteOrder order, MessageType type, int bodyLength) {
    byte[] bytes = new byte[8 + bodyLength];
    new Random(bodyLength).nextBytes(bytes);
    bytes[0] = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 0);
    bytes[1] = (byte) List.of(MessageType.values()).indexOf(type);
    bytes[2] = 0;
    bytes[3] = 0;
    ByteBuffer.wrap(bytes).order(order).putInt(4, bytes.length);
    return bytes;
  }

  private static byte[] async(int bodyLength) {
    return frame(ByteOrder.LITTLE_ENDIAN, MessageType.ASYNC, bodyLength);
  }

  private static String taken(MessageType type, byte[] frame) {
    return type + " " + ByteBufUtil.hexDump(frame);
  }

  private void read(byte[] bytes, int from, int to) {
    reader.add(allocator.buffer(Math.max(1, to - from)).writeBytes(bytes, from, to - from));
    reader.deliver();
  }

  private void read(byte[] bytes) {
    read(bytes, 0, bytes.length);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void messagesOfBothByteOrdersAreCutWhereverTheStreamIsSplit() {
    byte[] sync = frame(ByteOrder.BIG_ENDIAN, MessageType.SYNC, 1);
    byte[] async = frame(ByteOrder.LITTLE_ENDIAN, MessageType.ASYNC, 300);
    byte[] response = frame(ByteOrder.BIG_ENDIAN, MessageType.RESPONSE, 5);
    byte[] stream = join(sync, async, response);
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= stream.length; second += 7) {
        taker.taken.clear();

        read(stream, 0, first);
        read(stream, first, second);
        read(stream, second, stream.length);

        assertThat(taker.taken)
            .containsExactly(
                taken(MessageType.SYNC, sync),
                taken(MessageType.ASYNC, async),
                taken(MessageType.RESPONSE, response));
      }
    }
  }

  @Test
  void messagesMayComeOneByteAtATime() {
    byte[] stream = join(async(1), async(700), async(90));

    for (int i = 0; i < stream.length; i++) {
      read(stream, i, i + 1);
    }

    assertThat(taker.taken)
        .containsExactly(
            taken(MessageType.ASYNC, async(1)),
            taken(MessageType.ASYNC, async(700)),
            taken(MessageType.ASYNC, async(90)));
    assertThat(reader.waitingBytes()).isZero();
  }

  @Test
  void messagesThatAreTakenTogetherAreNotHandedOnAndThoseBehindThemAre() {
    taker.togetherOf = 8 + 20;
    byte[] alike = async(20);
    byte[] other = async(21);

    read(join(alike, alike, alike, other, alike, other, Arrays.copyOf(alike, 9)));
    read(alike, 9, alike.length);

    String hex = " " + ByteBufUtil.hexDump(alike);
    assertThat(taker.taken)
        .containsExactly(
            "TOGETHER" + hex + hex,
            "TOGETHER" + hex,
            taken(MessageType.ASYNC, other),
            "TOGETHER" + hex,
            taken(MessageType.ASYNC, other),
            taken(MessageType.ASYNC, alike));
    assertThat(reader.waitingBytes()).isZero();
  }

  @Test
  void whatWasTakenTogetherIsFollowedByNothingWhileTheSinkIsNotReady() {
    taker.togetherOf = 8 + 20;
    taker.left = 1;

    read(join(async(20), async(20), async(20), async(1)));

    assertThat(taker.taken).hasSize(1);
    assertThat(reader.waitingBytes()).isEqualTo(28 + 9);

    taker.left = 2;
    reader.deliver();

    assertThat(taker.taken).hasSize(3).last().isEqualTo(taken(MessageType.ASYNC, async(1)));
  }

  @Test
  void nothingFollowsWhatWasTakenTogetherWhenTheReaderWasClosedMeanwhile() {
    taker.togetherOf = 8 + 20;
    taker.onFrame = reader::close;

    read(join(async(20), async(20), async(20)));

    assertThat(taker.taken).hasSize(1);
  }

  @Test
  void randomMessagesInRandomPiecesComeOutAsTheyWentIn() {
    Random random = new Random(42);
    for (int round = 0; round < 300; round++) {
      taker.taken.clear();
      List<String> sent = new ArrayList<>();
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      for (int i = 0; i < 40; i++) {
        int bodyLength = 1 + random.nextInt(random.nextInt(20) == 0 ? 30_000 : 200);
        byte[] frame =
            frame(
                random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                MessageType.ASYNC,
                bodyLength);
        sent.add(taken(MessageType.ASYNC, frame));
        stream.writeBytes(frame);
      }
      byte[] bytes = stream.toByteArray();
      int most = 1 + random.nextInt(5_000);
      for (int at = 0; at < bytes.length; ) {
        int next = Math.min(bytes.length, at + 1 + random.nextInt(most));
        taker.left = random.nextInt(4);
        read(bytes, at, next);
        at = next;
      }
      taker.left = Integer.MAX_VALUE;
      reader.deliver();
      assertThat(taker.taken).isEqualTo(sent);
      assertThat(reader.waitingBytes()).isZero();
    }
  }

  @Test
  void whatTheSinkIsNotReadyForWaits() {
    taker.left = 1;

    read(join(async(3), async(4), async(5)));

    assertThat(taker.taken).containsExactly(taken(MessageType.ASYNC, async(3)));
    assertThat(reader.waitingBytes()).isEqualTo(12 + 13);
  }

  @Test
  void deliveringFromWithinTheSinkDoesNotOvertake() {
    taker.onFrame = reader::deliver;

    read(join(async(3), async(4)));

    assertThat(taker.taken)
        .containsExactly(taken(MessageType.ASYNC, async(3)), taken(MessageType.ASYNC, async(4)));
  }

  @Test
  void closingFromWithinTheSinkEndsDelivery() {
    taker.onFrame = reader::close;

    read(join(async(3), async(4)));

    assertThat(taker.taken).hasSize(1);
  }

  @Test
  void aMessageAboveTheLimitIsRefusedByItsHeaderAlone() {
    byte[] head = {1, 0, 0, 0, 1, 0, 16, 0};

    assertThatThrownBy(() -> read(head))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("1048577");
  }

  @Test
  void aMessageAtTheLimitPasses() {
    byte[] longest = async(MAX_MESSAGE_BYTES - 8);

    for (int at = 0; at < longest.length; at += 10_000) {
      read(longest, at, Math.min(longest.length, at + 10_000));
    }

    assertThat(taker.taken).containsExactly(taken(MessageType.ASYNC, longest));
  }

  @Test
  void headersThatAreNoneAreRefused() {
    for (byte[] head :
        List.of(
            new byte[] {2, 0, 0, 0, 9, 0, 0, 0},
            new byte[] {1, 3, 0, 0, 9, 0, 0, 0},
            new byte[] {1, 4, 0, 0, 9, 0, 0, 0},
            new byte[] {1, 0, 2, 0, 9, 0, 0, 0},
            new byte[] {1, 0, 0, 1, 9, 0, 0, 0},
            new byte[] {1, 0, 0, 0, 8, 0, 0, 0},
            new byte[] {1, 0, 0, 0, 9, 0, 0, -128},
            new byte[] {0, 0, 0, 0, -1, -1, -1, -1},
            new byte[] {0, 0, 0, 0, 9, 0, 0, 0})) {
      FrameReader fresh = new FrameReader(allocator, MAX_MESSAGE_BYTES, taker);
      fresh.add(allocator.buffer(8).writeBytes(head));
      assertThatThrownBy(fresh::deliver)
          .as(Arrays.toString(head))
          .isInstanceOf(CodecException.class);
      fresh.close();
    }
  }

  @Test
  void aLyingLengthCostsNoMoreThanTheBytesThatCame() {
    byte[] head = {1, 0, 0, 0, 0, 0, 16, 0};

    read(head);
    read(new byte[1000]);

    assertThat(allocator.metric().usedHeapMemory()).isBetween(1L, 4096L);
  }

  @Test
  void gatheringTakesNoMoreMemoryThanTheMessage() {
    byte[] longest = async(MAX_MESSAGE_BYTES - 8);

    read(longest, 0, 100);
    for (int at = 100; at < longest.length - 1; at += 1000) {
      read(longest, at, Math.min(longest.length - 1, at + 1000));
    }

    assertThat(allocator.metric().usedHeapMemory()).isLessThanOrEqualTo(MAX_MESSAGE_BYTES);
  }

  @Test
  void aSmallReadDoesNotKeepALargeBuffer() {
    List<ByteBuf> kept = new ArrayList<>();
    FrameReader keeping =
        new FrameReader(
            allocator,
            MAX_MESSAGE_BYTES,
            new FrameReader.Sink() {
              @Override
              public boolean isReady() {
                return true;
              }

              @Override
              public void frame(MessageType type, ByteBuf buffer, int start, int length) {
                kept.add(buffer.retainedSlice(start, length));
              }
            });

    for (int i = 0; i < 100; i++) {
      keeping.add(allocator.buffer(65536).writeBytes(async(100)));
      keeping.deliver();
    }

    assertThat(allocator.metric().usedHeapMemory()).isLessThan(100 * 4 * 108);
    kept.forEach(ByteBuf::release);
    keeping.close();
  }

  @Test
  void afterAnExceptionFromTheSinkNothingLeaks() {
    taker.onFrame =
        () -> {
          throw new IllegalStateException("from the sink");
        };

    assertThatThrownBy(() -> read(join(async(3), async(4)))).hasMessage("from the sink");
    reader.close();
    reader.add(allocator.buffer(8).writeLong(0));
  }
}
