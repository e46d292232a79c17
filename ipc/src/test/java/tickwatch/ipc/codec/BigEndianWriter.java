package tickwatch.ipc.codec;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** The slow and obvious way to write a value big-endian: one item at a time, each as an atom. */
final class BigEndianWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  private BigEndianWriter() {}

  static byte[] write(Value value) {
    BigEndianWriter writer = new BigEndianWriter();
    try {
      writer.value(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.bytes.toByteArray();
  }

  private void value(Value value) throws IOException {
    out.writeByte(value.typeNumber());
    if (value instanceof Vector vector) {
      out.writeByte(vector.attribute().code());
      out.writeInt(vector.length());
      for (int i = 0; i < vector.length(); i++) {
        if (vector.type() == QType.LIST) {
          value(vector.item(i));
        } else {
          item(vector.item(i));
        }
      }
    } else if (value instanceof Table table) {
      out.writeByte(table.attribute().code());
      out.writeByte(99);
      out.writeByte(11);
      out.writeByte(0);
      out.writeInt(table.names().size());
      for (String name : table.names()) {
        text(name);
      }
      out.writeByte(0);
      out.writeByte(0);
      parts(table.columns());
    } else if (value instanceof Dictionary dictionary) {
      value(dictionary.keys());
      value(dictionary.values());
    } else if (value instanceof Lambda lambda) {
      text(lambda.namespace());
      out.writeByte(10);
      out.writeByte(0);
      out.writeInt(lambda.source().length());
      out.write(lambda.source().getBytes(StandardCharsets.ISO_8859_1));
    } else if (value instanceof UnaryPrimitive primitive) {
      out.writeByte(primitive.code());
    } else if (value instanceof BinaryPrimitive primitive) {
      out.writeByte(primitive.code());
    } else if (value instanceof IteratorPrimitive primitive) {
      out.writeByte(primitive.code());
    } else if (value instanceof Projection projection) {
      parts(projection.parts());
    } else if (value instanceof Composition composition) {
      parts(composition.parts());
    } else if (value instanceof Derived derived) {
      value(derived.function());
    } else {
      item(value);
    }
  }

  private void parts(List<? extends Value> parts) throws IOException {
    out.writeInt(parts.size());
    for (Value part : parts) {
      value(part);
    }
  }

  private void item(Value atom) throws IOException {
    if (atom instanceof ByteAtom item) {
      out.writeByte(item.value());
    } else if (atom instanceof ShortAtom item) {
      out.writeShort(item.value());
    } else if (atom instanceof IntAtom item) {
      out.writeInt(item.value());
    } else if (atom instanceof LongAtom item) {
      out.writeLong(item.value());
    } else if (atom instanceof RealAtom item) {
      out.writeInt(Float.floatToRawIntBits(item.value()));
    } else if (atom instanceof FloatAtom item) {
      out.writeLong(Double.doubleToRawLongBits(item.value()));
    } else if (atom instanceof GuidAtom item) {
      out.writeLong(item.high());
      out.writeLong(item.low());
    } else if (atom instanceof SymbolAtom item) {
      text(item.name());
    } else {
      throw new IllegalArgumentException("no atom: " + atom);
    }
  }

  private void text(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.writeByte(0);
  }
}
