package tickwatch.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON that stands in a flag, as maps, lists, texts, numbers and booleans. */
final class JsonText {
  private static final int MAX_DEPTH = 32;

  private JsonText() {}

  /** An object; none given is an empty one. */
  static Map<?, ?> object(String flag, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return Map.of();
    }
    if (value(flag, text) instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong(flag, text, "an object, {...}");
  }

  /** Any value but null. */
  static Object value(String flag, String text) {
    try (JsonParser json = new JsonFactory().createParser(text)) {
      json.nextToken();
      Object value = read(json, 0);
      if (value == null || json.nextToken() != null) {
        throw wrong(flag, text, "one JSON value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw wrong(flag, text, "JSON; " + e.getOriginalMessage());
    } catch (IOException e) {
      throw wrong(flag, text, "JSON; " + e.getMessage());
    }
  }

  private static OperatorException wrong(String flag, String text, String expected) {
    return new OperatorException(
        ExitCode.USAGE, flag + ": " + text + " (expected: " + expected + ")");
  }

  private static @Nullable Object read(JsonParser json, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("nested deeper than " + MAX_DEPTH);
    }
    JsonToken token = json.currentToken();
    if (token == null) {
      throw new IOException("ends too early");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          map.put(name, read(json, depth + 1));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(json, depth + 1));
        }
        yield list;
      }
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("a value is missing");
    };
  }
}
