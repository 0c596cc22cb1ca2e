package dev.headwater.broker;

import java.util.HashMap;
import java.util.Map;

/**
 * How a broker knows its clients and whether it encrypts.
 *
 * @param protocol of the listener, as Kafka names it
 * @param broker the broker's settings
 * @param client what a client needs whatever its name
 */
public record BrokerSecurity(
    String protocol, Map<String, String> broker, Map<String, String> client) {
  /** The user that the broker itself is. */
  public static final String ADMIN = "admin";

  /** Neither. */
  public static final BrokerSecurity NONE = new BrokerSecurity("PLAINTEXT", Map.of(), Map.of());

  private static final String PLAIN_LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";

  /** Copies the maps. */
  public BrokerSecurity {
    broker = Map.copyOf(broker);
    client = Map.copyOf(client);
  }

  /**
   * Names and passwords (SASL PLAIN), not encrypted.
   *
   * @param passwords by user; {@link #ADMIN} must be among them
   */
  public static BrokerSecurity passwords(Map<String, String> passwords) {
    return new BrokerSecurity(
        "SASL_PLAINTEXT",
        sasl("sasl_plaintext", passwords),
        Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN"));
  }

  /** Encrypted, the broker shows a certificate; nobody is asked for a name. */
  public static BrokerSecurity encrypted(Certificate certificate) {
    return new BrokerSecurity("SSL", tls(certificate), trusting(certificate, "SSL"));
  }

  /** Names and passwords over encrypted connections. */
  public static BrokerSecurity encrypted(Certificate certificate, Map<String, String> passwords) {
    Map<String, String> broker = tls(certificate);
    broker.putAll(sasl("sasl_ssl", passwords));
    Map<String, String> client = trusting(certificate, "SASL_SSL");
    client.put("sasl.mechanism", "PLAIN");
    return new BrokerSecurity("SASL_SSL", broker, client);
  }

  /** The same, and everybody but {@link #ADMIN} may do only what an ACL allows. */
  public BrokerSecurity withAcls() {
    Map<String, String> more = new HashMap<>(broker);
    more.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The controller's listener is on loopback and asks for no name.
    more.put("super.users", "User:" + ADMIN + ";User:ANONYMOUS");
    return new BrokerSecurity(protocol, more, client);
  }

  /** Returns a client's settings with its name and password. */
  public Map<String, String> client(String user, String password) {
    Map<String, String> settings = new HashMap<>(client);
    settings.put("sasl.jaas.config", login(user, password) + ";");
    return settings;
  }

  private static String login(String user, String password) {
    return PLAIN_LOGIN + " username=\"" + user + "\" password=\"" + password + "\"";
  }

  private static Map<String, String> sasl(String listener, Map<String, String> passwords) {
    StringBuilder jaas = new StringBuilder(login(ADMIN, passwords.getOrDefault(ADMIN, "none")));
    passwords.forEach((user, password) -> jaas.append(" user_%s=\"%s\"".formatted(user, password)));
    return Map.of(
        "sasl.enabled.mechanisms",
        "PLAIN",
        "sasl.mechanism.inter.broker.protocol",
        "PLAIN",
        "listener.name." + listener + ".plain.sasl.jaas.config",
        jaas.append(';').toString());
  }

  private static Map<String, String> tls(Certificate certificate) {
    Map<String, String> settings = new HashMap<>();
    for (String kind : new String[] {"keystore", "truststore"}) {
      settings.put("ssl." + kind + ".type", "PKCS12");
      settings.put("ssl." + kind + ".location", certificate.keystore().toString());
      settings.put("ssl." + kind + ".password", Certificate.PASSWORD);
    }
    return settings;
  }

  private static Map<String, String> trusting(Certificate certificate, String protocol) {
    Map<String, String> settings = new HashMap<>();
    settings.put("security.protocol", protocol);
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", certificate.certificatePem().toString());
    return settings;
  }
}
