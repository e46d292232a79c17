package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.value.Value;

/**
 * Random bytes and good messages with bytes changed: each gives a value, which can be written and
 * read again, or a {@link CodecException}; and takes memory in proportion to its length.
 */
class FuzzTest {
  private static final int TRIES_A_SEED = 25_000;
  private static final int MAX_MESSAGE_BYTES = 1 << 16;

  /** An exception with its stack trace, and what the symbol cache begins with. */
  private static final long ALLOWANCE = 40_000;

  private static final long BYTES_A_BYTE = 64;

  private final ValueDecoder decoder = new ValueDecoder();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomBytesGiveAValueOrACodecException(long seed) {
    Random random = new Random(seed);
    int values = 0;
    for (int i = 0; i < TRIES_A_SEED; i++) {
      byte[] bytes = new byte[1 + random.nextInt(random.nextBoolean() ? 12 : 64)];
      random.nextBytes(bytes);
      if (random.nextInt(4) > 0) {
        makePlausible(bytes, random);
      }
      byte[] message = new byte[Header.BYTES + bytes.length];
      message[0] = (byte) random.nextInt(2);
      message[1] = (byte) random.nextInt(3);
      message[2] = (byte) (random.nextInt(8) == 0 ? 1 : 0);
      message[message[0] == 1 ? 4 : 7] = (byte) message.length;
      System.arraycopy(bytes, 0, message, Header.BYTES, bytes.length);
      if (isValue(message, seed, i)) {
        values++;
      }
      decode(bytes, random.nextBoolean());
    }
    assertThat(values).as("how many were values").isBetween(200, TRIES_A_SEED / 2);
  }

  /** Sprinkles type bytes, counts and zeros, so that more than the first byte is looked at. */
  private static void makePlausible(byte[] bytes, Random random) {
    for (int at = 0; at < bytes.length; at += 1 + random.nextInt(6)) {
      bytes[at] =
          switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> (byte) -(1 + random.nextInt(19));
            case 2 -> (byte) random.nextInt(20);
            case 3 -> (byte) (98 + random.nextInt(14));
            default -> (byte) random.nextInt(8);
          };
      if (random.nextInt(3) == 0) {
        Arrays.fill(bytes, at + 1, Math.min(bytes.length, at + 6), (byte) 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void changedMessagesGiveAValueOrACodecException(long seed) {
    Random random = new Random(seed);
    List<byte[]> corpus = corpus();
    int values = 0;
    for (int i = 0; i < TRIES_A_SEED; i++) {
      byte[] message = corpus.get(random.nextInt(corpus.size())).clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        message = change(message, random, corpus);
      }
      if (random.nextInt(4) > 0 && message.length >= Header.BYTES) {
        putLength(message);
      }
      if (isValue(message, seed, i)) {
        values++;
      }
    }
    assertThat(values).as("how many were still values").isBetween(1000, TRIES_A_SEED - 1000);
  }

  private static byte[] change(byte[] message, Random random, List<byte[]> corpus) {
    int at = random.nextInt(message.length);
    switch (random.nextInt(7)) {
      case 0 -> message[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> message[at] = (byte) random.nextInt();
      case 2 -> message[at] = (byte) (random.nextInt(2) * 255);
      case 3 -> {
        return at == 0 ? message : Arrays.copyOf(message, at);
      }
      case 4 -> {
        byte[] longer = Arrays.copyOf(message, message.length + 1 + random.nextInt(20));
        System.arraycopy(
            message, at, longer, longer.length - message.length + at, message.length - at);
        return longer;
      }
      case 5 -> {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        int count = Math.min(other.length, message.length - at);
        System.arraycopy(other, other.length - count, message, at, count);
      }
      default ->
          Arrays.fill(message, at, Math.min(message.length, at + 4), (byte) random.nextInt(3));
    }
    return message;
  }

  private static void putLength(byte[] message) {
    for (int i = 0; i < 4; i++) {
      message[message[0] == 1 ? 4 + i : 7 - i] = (byte) (message.length >> (8 * i));
    }
  }

  /** Whole messages of every kind, plain and compressed. */
  private static List<byte[]> corpus() {
    List<byte[]> corpus = new ArrayList<>();
    for (Golden.Line line : Golden.lines()) {
      if (line.bytes().length <= 600) {
        byte[] message = line.bytes();
        if (!line.isMessage()) {
          message = new byte[Header.BYTES + line.bytes().length];
          message[0] = 1;
          System.arraycopy(line.bytes(), 0, message, Header.BYTES, line.bytes().length);
          putLength(message);
        }
        corpus.add(message);
      }
    }
    return corpus;
  }

  /** Whether the message is a value; fails where anything but that or an exception comes of it. */
  private boolean isValue(byte[] message, long seed, int number) {
    try {
      Value value = decodeInBounds(decoder, message);
      if (value == null) {
        return false;
      }
      Value again = Bytes.decodeMessage(Bytes.encodeMessage(MessageType.RESPONSE, value));
      if (!again.equals(value)) {
        throw new AssertionError(value + " came back as " + again);
      }
      return true;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(
          "seed " + seed + ", number " + number + ": " + Bytes.hex(message), e);
    }
  }

  private static @Nullable Value decodeInBounds(ValueDecoder decoder, byte[] message) {
    Allocated first = allocatedBy(decoder, message);
    if (first.isTooMuch()) {
      // Classes loaded for the first sentence of a kind count too, but once.
      Allocated second = allocatedBy(new ValueDecoder(), message);
      if (second.isTooMuch()) {
        throw new AssertionError(second + " after " + first);
      }
    }
    return first.value();
  }

  private record Allocated(@Nullable Value value, long bytes, long justified) {
    boolean isTooMuch() {
      return bytes > justified;
    }
  }

  private static Allocated allocatedBy(ValueDecoder decoder, byte[] message) {
    long before = Allocation.soFar();
    // What 121 bytes a byte of compressed data take while the buffer doubles.
    long justified = ALLOWANCE + 4L * 121 * message.length;
    Value value = null;
    try {
      ByteBuf plain =
          Compression.decompress(Unpooled.wrappedBuffer(message), MAX_MESSAGE_BYTES, Bytes.HEAP);
      justified = ALLOWANCE + BYTES_A_BYTE * (message.length + plain.readableBytes());
      value = decoder.decodeMessage(plain);
    } catch (CodecException e) {
      if (String.valueOf(e.getMessage()).length() < 10) {
        throw new AssertionError("no sentence", e);
      }
    }
    return new Allocated(value, Allocation.soFar() - before, justified);
  }

  private void decode(byte[] bytes, boolean littleEndian) {
    try {
      decoder.decode(Unpooled.wrappedBuffer(bytes), littleEndian);
    } catch (CodecException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
