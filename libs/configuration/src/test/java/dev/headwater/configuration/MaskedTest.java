package dev.headwater.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be printed at start, shown by {@code config} and served to operators. */
class MaskedTest {
  private static String shown(String key, Object value) {
    return ConfigFile.of(Map.of(key, value)).render();
  }

  /** As Flink's own {@code GlobalConfiguration.SENSITIVE_KEYS} has them, and the object stores. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3.secret-key",
        "s3.access-key",
        "fs.s3a.secret.key",
        "fs.s3a.access.key",
        "fs.azure.account.key.mine.blob.core.windows.net",
        "fs.oss.accessKeySecret",
        "security.ssl.internal.key-password",
        "metrics.reporter.dd.apikey",
        "metrics.reporter.dd.api-key",
        "pulsar.auth-params",
        "some.service-key",
        "rest.basic-auth",
        "security.kerberos.login.keytab-password",
        "sasl.jaas.config",
        "some.http-headers",
        "fs.gs.auth.token",
        "Fs.Some.PASSWORD"
      })
  void noSecretOfFlinkIsShown(String key) {
    assertThat(shown("flink.settings.\"" + key + "\"", "canary")).doesNotContain("canary");
    assertThat(ConfigFile.of(Map.of("flink.settings.\"" + key + "\"", "canary")).shown())
        .containsValue("***");
  }

  @Test
  void whatIsNoSecretIsShown() {
    assertThat(shown("flink.settings.\"s3.endpoint\"", "http://s3:9000"))
        .contains("http://s3:9000");
    assertThat(shown("flink.settings.\"state.backend.type\"", "rocksdb")).contains("rocksdb");
    assertThat(shown("access.key-file", "/run/secrets/keys")).contains("/run/secrets/keys");
    assertThat(shown("kafka.client.\"client.rack\"", "rack-7")).contains("rack-7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config",
        "ssl.key.password",
        "ssl.keystore.password",
        "ssl.keystore.key",
        "ssl.truststore.certificates",
        "sasl.login.callback.handler.secret",
        "of.a.plugin.that.we.do.not.know"
      })
  void ofKafkaOnlyKeysAreShownThatKafkaKnowsAndCallsNoPassword(String key) {
    assertThat(shown("kafka.client.\"" + key + "\"", "canary")).doesNotContain("canary");
    assertThat(shown("kafka.client." + key, "canary")).as("unquoted").doesNotContain("canary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"producer", "consumer", "admin"})
  void theSameForOptionsOfOneKindOfClient(String kind) {
    assertThat(shown("kafka." + kind + ".\"ssl.key.password\"", "canary")).doesNotContain("canary");
    assertThat(shown("kafka." + kind + ".security.protocol", "SASL_SSL")).contains("SASL_SSL");
  }

  @Test
  void aSecretWithinAValueIsTakenOutAndTheRestStays() {
    String key = "hw_" + "A1b2-_".repeat(6);
    assertThat(shown("serving.store-admin", "https://user:canary@store:8081/x"))
        .doesNotContain("canary")
        .doesNotContain("user:")
        .contains("https://***@store:8081/x");
    assertThat(shown("domains", List.of("shop", key))).doesNotContain(key).contains("shop");
    assertThat(shown("access.keys", List.of("ann read * sha256:00ff"))).doesNotContain("00ff");
  }

  @Test
  void whatIsPrintedOfKafkaSettingsNamesThemWithoutValues() {
    Installation.Kafka kafka =
        new Installation.Kafka(
            "b:1",
            "",
            1,
            1,
            1,
            Map.of("sasl.jaas.config", "canary", "a", "canary"),
            Map.of("ssl.key.password", "canary"),
            Map.of(),
            Map.of());
    assertThat(kafka.toString())
        .contains("sasl.jaas.config", "producer=[ssl.key.password]", "b:1")
        .doesNotContain("canary");
  }
}
