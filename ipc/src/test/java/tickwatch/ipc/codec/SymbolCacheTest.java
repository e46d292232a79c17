package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;

class SymbolCacheTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void findsNamesOfAnyLengthWhereverTheyEnd(boolean littleEndian) {
    SymbolCache cache = new SymbolCache(Integer.MAX_VALUE);
    RandomValues random = new RandomValues(5);
    for (int i = 0; i < 2000; i++) {
      String name = random.name();
      byte[] bytes = (name + "\0").getBytes(StandardCharsets.ISO_8859_1);
      byte[] followed = Arrays.copyOf(bytes, bytes.length + i % 10);

      SymbolAtom first = cache.read(buffer(bytes, littleEndian), 0, littleEndian);
      SymbolAtom second = cache.read(buffer(followed, littleEndian), 0, littleEndian);

      assertThat(cache.end()).isEqualTo(bytes.length);
      assertThat(first.name()).isEqualTo(name);
      assertThat(second).isSameAs(first);
    }
  }

  @Test
  void namesThatShareTheirFirstEightBytesStayApart() {
    SymbolCache cache = new SymbolCache(Integer.MAX_VALUE);
    String[] names = {
      "sensor-0", "sensor-01", "sensor-0123456789", "sensor-0123456780", "sensor-\0", "sensor-"
    };
    String all = String.join("\0", names) + "\0";

    SymbolVector vector =
        cache.readVector(
            buffer(all.getBytes(StandardCharsets.ISO_8859_1), true), 0, true, names.length + 1);

    assertThat(vector.toArray())
        .containsExactly(
            "sensor-0",
            "sensor-01",
            "sensor-0123456789",
            "sensor-0123456780",
            "sensor-",
            "",
            "sensor-");
    assertThat(vector.domainLength()).isEqualTo(6);
    assertThat(vector.hasUniqueDomain()).isTrue();
  }

  @Test
  void aDomainIsNoLongerThanItsVector() {
    ValueDecoder decoder = new ValueDecoder();
    SymbolVector first = (SymbolVector) decode(decoder, SymbolVector.of("a", "b", "c", "a"));
    SymbolVector shorter = (SymbolVector) decode(decoder, SymbolVector.of("c", "c"));
    SymbolVector longer = (SymbolVector) decode(decoder, SymbolVector.of("c", "d", "c", "d"));

    assertThat(first.toArray()).containsExactly("a", "b", "c", "a");
    assertThat(first.domainLength()).isEqualTo(3);
    assertThat(shorter.toArray()).containsExactly("c", "c");
    assertThat(shorter.domainLength()).isEqualTo(1);
    assertThat(shorter.domainName(0)).isSameAs(first.domainName(2));
    assertThat(longer.toArray()).containsExactly("c", "d", "c", "d");
    assertThat(longer.domainLength()).as("shared with the first, one name more").isEqualTo(4);
  }

  @Test
  void manyDifferentNamesInOneMessageAreReadAndThenForgotten() {
    ValueDecoder decoder = new ValueDecoder();
    Random random = new Random(1);
    String[] names = new String[3 * SymbolCache.MAX_NAMES];
    for (int i = 0; i < names.length; i++) {
      names[i] = Integer.toString(random.nextInt(2 * SymbolCache.MAX_NAMES), 36);
    }
    SymbolVector vector = SymbolVector.of(names);

    SymbolVector decoded = (SymbolVector) decode(decoder, vector);

    assertThat(decoded).isEqualTo(vector);
    assertThat(decoded.domainLength()).isEqualTo(vector.domainLength());
  }

  @Test
  void trimEmptiesItOnlyWhenItIsTooLarge() {
    SymbolCache byCount = new SymbolCache(Integer.MAX_VALUE);
    for (int i = 0; i < SymbolCache.MAX_NAMES; i++) {
      read(byCount, Integer.toString(i));
    }
    byCount.trim();
    assertThat(byCount.count()).isEqualTo(SymbolCache.MAX_NAMES);
    read(byCount, "one more");
    byCount.trim();
    assertThat(byCount.count()).isZero();
    assertThat(read(byCount, "17").name()).isEqualTo("17");

    SymbolCache byBytes = new SymbolCache(Integer.MAX_VALUE);
    read(byBytes, "x".repeat(SymbolCache.MAX_BYTES));
    byBytes.trim();
    assertThat(byBytes.count()).isEqualTo(1);
    read(byBytes, "y");
    byBytes.trim();
    assertThat(byBytes.count()).isZero();
  }

  @Test
  void manyDifferentSymbolsTakeAFewHundredBytesEachAndNoMoreThanTheirNumberMayBe() {
    String[] names = new String[300_000];
    Arrays.setAll(names, i -> "order" + i);
    ByteBuf bytes = Unpooled.wrappedBuffer(Bytes.encode(SymbolVector.of(names)));

    // All that it ever allocates, also what it lets go of as it grows.
    long allocated = Allocation.of(() -> new ValueDecoder().decode(bytes.duplicate(), true));
    assertThat(allocated / names.length).isBetween(50L, 400L);
    assertThat(new ValueDecoder(300_000).decode(bytes.duplicate(), true))
        .isEqualTo(SymbolVector.of(names));

    assertThatThrownBy(() -> new ValueDecoder(299_999).decode(bytes.duplicate(), true))
        .isInstanceOf(CodecException.class)
        .hasMessage("symbols: more than 299999 different ones in a message (expected: fewer)");
  }

  @Test
  void repeatedSymbolsTakeNoMemoryButTheirCodes() {
    String[] names = new String[10_000];
    Arrays.setAll(names, i -> "a name longer than eight " + i % 100);
    ByteBuf bytes = Unpooled.wrappedBuffer(Bytes.encode(SymbolVector.of(names)));
    ValueDecoder decoder = new ValueDecoder();
    for (int i = 0; i < 20; i++) {
      decoder.decode(bytes.duplicate(), true);
    }

    long allocated = Allocation.of(() -> decoder.decode(bytes.duplicate(), true));

    assertThat(allocated).isBetween(4L * names.length, 4L * names.length + 4000);
  }

  private static Object decode(ValueDecoder decoder, SymbolVector vector) {
    return decoder.decode(Unpooled.wrappedBuffer(Bytes.encode(vector)), true);
  }

  private static SymbolAtom read(SymbolCache cache, String name) {
    return cache.read(buffer((name + "\0").getBytes(StandardCharsets.ISO_8859_1), true), 0, true);
  }

  private static ByteBuffer buffer(byte[] bytes, boolean littleEndian) {
    return ByteBuffer.wrap(bytes)
        .order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }
}
