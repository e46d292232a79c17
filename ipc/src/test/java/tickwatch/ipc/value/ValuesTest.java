package tickwatch.ipc.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ValuesTest {
  private final Table trades =
      new Table(
          List.of("sym", "price"),
          List.of(SymbolVector.of("a", "b", "c"), FloatVector.of(QType.FLOAT, 1, 2, 3)));

  @Test
  void aTableHasAsManyNamesAsColumnsOfOneLength() {
    assertThat(trades.rowCount()).isEqualTo(3);
    assertThat(trades.column("price")).isEqualTo(FloatVector.of(QType.FLOAT, 1, 2, 3));
    assertThat(trades.column("size")).isNull();
    assertThatThrownBy(() -> new Table(List.of("a"), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 names for 0 columns");
    assertThatThrownBy(
            () ->
                new Table(
                    List.of("a", "b"), List.of(SymbolVector.of("x"), FloatVector.of(QType.FLOAT))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("columns of 1 and 0 rows");
  }

  @Test
  void aTableCannotBeChangedThroughTheListsItWasMadeFrom() {
    List<String> names = new ArrayList<>(List.of("a"));
    List<Vector> columns = new ArrayList<>(List.of(SymbolVector.of("x")));
    Table table = new Table(names, columns);

    names.set(0, "b");
    columns.clear();

    assertThat(table.names()).containsExactly("a");
    assertThat(table.rowCount()).isEqualTo(1);
  }

  @Test
  void rowsAreSlicedAndPickedInAllColumns() {
    assertThat(trades.slice(1, 3))
        .isEqualTo(
            new Table(
                List.of("sym", "price"),
                List.of(SymbolVector.of("b", "c"), FloatVector.of(QType.FLOAT, 2, 3))));
    assertThat(trades.at(new int[] {2, 5}, 2))
        .isEqualTo(
            new Table(
                List.of("sym", "price"),
                List.of(SymbolVector.of("c", ""), FloatVector.of(QType.FLOAT, 3, Double.NaN))));
  }

  @Test
  void aDictionaryHasAsManyKeysAsValues() {
    Dictionary keyed = new Dictionary(trades, trades);

    assertThat(keyed.isKeyedTable()).isTrue();
    assertThat(keyed.count()).isEqualTo(3);
    assertThat(new Dictionary(SymbolVector.of("a"), ListVector.of(trades)).isKeyedTable())
        .isFalse();
    assertThatThrownBy(() -> new Dictionary(SymbolVector.of("a", "b"), trades))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 keys for 3 values");
    assertThatThrownBy(() -> new Dictionary(SymbolVector.of("a"), LongAtom.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dictionary from SYMBOL to LONG");
  }

  @Test
  void nullsOfEveryTypeAreKnown() {
    assertThat(
            List.of(
                new ShortAtom(Null.SHORT),
                IntAtom.of(Null.INT),
                new IntAtom(QType.DATE, Null.INT),
                LongAtom.of(Null.LONG),
                new LongAtom(QType.TIMESTAMP, Null.LONG),
                new RealAtom(Null.REAL),
                new RealAtom(Float.NaN),
                FloatAtom.of(Null.FLOAT),
                FloatAtom.of(Double.NaN),
                new ByteAtom(QType.CHAR, (byte) ' '),
                new GuidAtom(0, 0),
                SymbolAtom.NULL))
        .allMatch(Atom::isNull);
    assertThat(
            List.of(
                new ShortAtom(Infinity.SHORT),
                IntAtom.of(-Infinity.INT),
                LongAtom.of(Infinity.LONG),
                new RealAtom(-Infinity.REAL),
                FloatAtom.of(Infinity.FLOAT),
                ByteAtom.FALSE,
                new ByteAtom(QType.BYTE, (byte) 0),
                GuidAtom.of(new UUID(0, 1))))
        .noneMatch(Atom::isNull);
  }

  @Test
  void nansOfAnyBitsAreEqual() {
    assertThat(FloatAtom.of(Null.FLOAT)).isEqualTo(FloatAtom.of(Double.NaN));
    assertThat(new RealAtom(Null.REAL)).isEqualTo(new RealAtom(Float.NaN));
    assertThat(FloatVector.of(QType.FLOAT, Null.FLOAT))
        .isEqualTo(FloatVector.of(QType.FLOAT, Double.NaN))
        .hasSameHashCodeAs(FloatVector.of(QType.FLOAT, Double.NaN));
  }

  @Test
  void atomsRefuseATypeThatIsNotTheirs() {
    assertThatThrownBy(() -> new IntAtom(QType.LONG, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LongAtom(QType.INT, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FloatAtom(QType.REAL, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ByteAtom(QType.SHORT, (byte) 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LongVector.of(QType.FLOAT, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void typesAreFoundByNumberAndByLetter() {
    for (QType type : QType.values()) {
      if (type != QType.ERROR) {
        assertThat(QType.ofNumber(type.number())).isEqualTo(type);
      }
      if (type.hasAtoms()) {
        assertThat(QType.ofLetter(type.letter())).isEqualTo(type);
        assertThat(QType.ofLetter(Character.toUpperCase(type.letter()))).isEqualTo(type);
      }
    }
    for (int number = 106; number <= 111; number++) {
      assertThat(QType.ofNumber(number)).isEqualTo(QType.DERIVED);
      assertThat(new Derived(number - 106, UnaryPrimitive.IDENTITY).typeNumber()).isEqualTo(number);
    }
    assertThat(QType.ofNumber(3)).isNull();
    assertThat(QType.ofNumber(20)).isNull();
    assertThat(QType.ofNumber(-1)).isNull();
    assertThat(QType.ofNumber(112)).isNull();
    assertThat(QType.ofLetter(' ')).isNull();
  }

  @Test
  void timeCountsFrom2000() {
    Instant instant = Instant.parse("2026-01-05T09:30:00.123456789Z");

    assertThat(Epoch.timestampOf(Instant.parse("2000-01-01T00:00:00Z"))).isZero();
    assertThat(Epoch.instantOf(Epoch.timestampOf(instant))).isEqualTo(instant);
    assertThat(Epoch.timestampOf(Instant.parse("1999-12-31T23:59:59.999999999Z"))).isEqualTo(-1);
    assertThat(Epoch.instantOf(-1)).isEqualTo(Instant.parse("1999-12-31T23:59:59.999999999Z"));
    assertThat(Epoch.dayOf(LocalDate.of(2000, 1, 2))).isEqualTo(1);
    assertThat(Epoch.dateOf(-1)).isEqualTo(LocalDate.of(1999, 12, 31));
    assertThatThrownBy(() -> Epoch.timestampOf(Instant.parse("2300-01-01T00:00:00Z")))
        .isInstanceOf(ArithmeticException.class);
  }
}
