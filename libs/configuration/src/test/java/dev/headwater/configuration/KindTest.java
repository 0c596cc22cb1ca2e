package dev.headwater.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the default of a key lets one write, and how that is bound. */
class KindTest {
  private static Config config(String value) {
    return ConfigFactory.parseString("key = " + value);
  }

  private static Kind like(String example) {
    return Kind.of(config(example).getValue("key"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"5 s\" | DURATION",
        "\"2 minutes\" | DURATION",
        "\"1 hour\" | DURATION",
        "\"64 KiB\" | SIZE",
        "\"1 GiB\" | SIZE",
        "\"5 sheep\" | TEXT",
        "\"\" | TEXT",
        "3 | WHOLE",
        "3.5 | NUMBER",
        "1000.0 | NUMBER",
        "1e-3 | NUMBER",
        "true | FLAG",
        "[] | LIST",
        "{} | SECTION"
      })
  void theDefaultSaysWhatAKeyTakes(String example, Kind kind) {
    assertThat(like(example)).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DURATION | \"90 s\" | PT1M30S",
        "DURATION | 250 | PT0.25S",
        "DURATION | \"0 s\" | PT0S",
        "SIZE | \"2 KiB\" | 2048",
        "SIZE | 4096 | 4096",
        "WHOLE | \"7\" | 7",
        "WHOLE | 7.0 | 7",
        "WHOLE | -9007199254740993 | -9007199254740993",
        "NUMBER | 3 | 3.0",
        "NUMBER | \"1e-3\" | 0.001",
        "FLAG | yes | true",
        "FLAG | \"off\" | false",
        "TEXT | 3 | 3"
      })
  void whatIsOfTheKindIsBound(Kind kind, String value, String bound) {
    assertThat(kind.read(config(value), "key")).hasToString(bound);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DURATION | \"soon\"",
        "DURATION | \"-1 s\"",
        "DURATION | [1]",
        "SIZE | \"5 s\"",
        "SIZE | \"-1 B\"",
        "WHOLE | 1.5",
        "WHOLE | \"NaN\"",
        "WHOLE | \"Infinity\"",
        "WHOLE | true",
        "NUMBER | \"half\"",
        "NUMBER | \"NaN\"",
        "NUMBER | \"-Infinity\"",
        "NUMBER | 1e999",
        "FLAG | 1",
        "FLAG | \"maybe\"",
        "TEXT | [a]",
        "LIST | a",
        "SECTION | a"
      })
  void whatIsOfAnotherKindIsRefused(Kind kind, String value) {
    assertThatThrownBy(() -> kind.read(config(value), "key")).isInstanceOf(ConfigException.class);
  }

  @Test
  void aWholeNumberBeyond64BitsIsRefusedAndNotCut() {
    for (Object tooLarge : new Object[] {1e30, "1e30", 9.3e18, -1e19}) {
      Config config = ConfigFactory.parseMap(Map.of("key", tooLarge));
      assertThatThrownBy(() -> Kind.WHOLE.read(config, "key"))
          .as("%s", tooLarge)
          .isInstanceOf(ConfigException.class);
    }
  }
}
