package tickwatch.ipc.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SymbolVectorTest {
  @Test
  void aNameStandsInTheDomainOnce() {
    SymbolVector vector = SymbolVector.of("a", "b", "a", "", "b");

    assertThat(vector.toArray()).containsExactly("a", "b", "a", "", "b");
    assertThat(vector.domainLength()).isEqualTo(3);
    assertThat(vector.hasUniqueDomain()).isTrue();
    assertThat(vector.code(0)).isEqualTo(vector.code(2)).isNotEqualTo(vector.code(1));
    assertThat(vector.codeOf("b")).isEqualTo(vector.code(1));
    assertThat(vector.codeOf("c")).isEqualTo(-1);
  }

  @Test
  void equalityIsThatOfNamesNotOfCodes() {
    String[] domain = {"unused", "b", "a", "a"};
    SymbolVector other = SymbolVector.ofCodes(domain, 4, false, IntVector.of(QType.INT, 2, 1, 3));

    assertThat(other)
        .isEqualTo(SymbolVector.of("a", "b", "a"))
        .hasSameHashCodeAs(SymbolVector.of("a", "b", "a"))
        .isNotEqualTo(SymbolVector.of("a", "b", "b"));
  }

  @Test
  void anIndexOutOfRangeUsesTheEmptyNameOfTheDomainIfThereIsOne() {
    SymbolVector without = SymbolVector.of("a", "b");
    SymbolVector with = SymbolVector.of("a", "", "b");

    SymbolVector added = without.at(new int[] {1, 9, -1}, 3);
    SymbolVector found = with.at(new int[] {2, 9, -1}, 3);

    assertThat(added.toArray()).containsExactly("b", "", "");
    assertThat(added.domainLength()).isEqualTo(3);
    assertThat(added.hasUniqueDomain()).isTrue();
    assertThat(found.toArray()).containsExactly("b", "", "");
    assertThat(found.domainLength()).isEqualTo(3);
    assertThat(without.domainLength()).as("as it was").isEqualTo(2);
  }

  @Test
  void aDomainMayGrowBehindItsVectors() {
    String[] domain = {"a", "b", "c"};
    SymbolVector vector = SymbolVector.ofCodes(domain, 2, true, IntVector.of(QType.INT, 1, 0));

    assertThat(vector.domainLength()).isEqualTo(2);
    assertThat(vector.codeOf("c")).isEqualTo(-1);
    assertThatThrownBy(() -> vector.domainName(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> SymbolVector.ofCodes(domain, 4, true, IntVector.of(QType.INT, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SymbolVector.ofCodes(domain, 3, true, IntVector.of(QType.DATE, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesAreBytesAndTextIsUtf8() {
    SymbolAtom symbol = SymbolAtom.ofText("größe");

    assertThat(symbol.name()).hasSize(7).matches("[\\u0000-\\u00ff]*");
    assertThat(symbol.text()).isEqualTo("größe");
    assertThat(SymbolAtom.NULL.isNull()).isTrue();
    assertThat(symbol.isNull()).isFalse();
  }
}
