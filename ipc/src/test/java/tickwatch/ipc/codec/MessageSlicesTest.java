package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

class MessageSlicesTest {
  private static final int ROWS = 40_000;

  static Stream<Value> values() {
    RandomValues random = new RandomValues(7);
    List<Value> values = new ArrayList<>();
    for (QType type : RandomValues.ATOM_TYPES) {
      values.add(random.vector(type, ROWS));
    }
    for (int i = 0; i < 100; i++) {
      values.add(random.value(3));
    }
    Table table = random.table(6, ROWS, 0);
    values.add(table);
    values.add(new Dictionary(random.table(2, ROWS, 0), table));
    values.add(
        ListVector.of(
            ByteVector.string("x"), table, LongVector.of(QType.LONG, new long[ROWS]), table));
    values.add(random.vector(QType.FLOAT, 1_000_000));
    return values.stream();
  }

  @ParameterizedTest
  @MethodSource("values")
  void theSlicesTogetherAreTheMessage(Value value) {
    ByteBuf whole = Unpooled.buffer();
    ValueEncoder.encodeMessage(MessageType.RESPONSE, value, 3, whole);

    MessageSlices slices = MessageSlices.of(MessageType.RESPONSE, value, 3);
    assertThat(slices.length()).isEqualTo(whole.readableBytes());
    ByteBuf together = Unpooled.buffer();
    while (slices.left() > 0) {
      int before = together.writerIndex();
      slices.next(together);
      assertThat(together.writerIndex() - before)
          .isBetween(1, MessageSlices.SLICE_BYTES + MessageSlices.SLICE_BYTES / 2);
      assertThat(slices.left()).isEqualTo(whole.readableBytes() - together.writerIndex());
    }

    assertThat(together).isEqualTo(whole);
  }

  @Test
  void whatCannotTravelIsFoundBeforeTheFirstSlice() {
    String[] names = new String[ROWS];
    Arrays.fill(names, "good");
    names[ROWS - 1] = "b\u0100d";
    Vector timestamps = LongVector.of(QType.TIMESTAMP, new long[ROWS]);

    assertThatThrownBy(() -> MessageSlices.of(MessageType.RESPONSE, SymbolVector.of(names), 3))
        .isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> MessageSlices.of(MessageType.RESPONSE, timestamps, 0))
        .isInstanceOf(CodecException.class);
    assertThat(MessageSlices.of(MessageType.RESPONSE, timestamps, 1).length())
        .isEqualTo(8 + 6 + 8 * ROWS);
  }

  @Test
  void aValueIsLongWhereItsVectorsAre() {
    LongVector vector = LongVector.of(QType.LONG, new long[ROWS]);
    Table table = new Table(List.of("a", "b"), List.of(vector, vector));

    assertThat(MessageSlices.isLonger(table, 16L * ROWS - 1)).isTrue();
    assertThat(MessageSlices.isLonger(table, 16L * ROWS)).isFalse();
    assertThat(MessageSlices.isLonger(new Dictionary(vector, vector), 16L * ROWS - 1)).isTrue();
    assertThat(MessageSlices.isLonger(ListVector.of(vector, table), 24L * ROWS - 1)).isTrue();
    assertThat(MessageSlices.isLonger(new LongAtom(QType.LONG, 1), 0)).isFalse();
  }
}
