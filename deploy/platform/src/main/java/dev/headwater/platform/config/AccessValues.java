package dev.headwater.platform.config;

import com.typesafe.config.Config;
import dev.headwater.access.AccessConfig;
import dev.headwater.access.KeyLine;
import dev.headwater.access.Outgoing;
import dev.headwater.access.Rates;
import dev.headwater.access.TlsFiles;
import dev.headwater.serving.config.Protection;
import dev.headwater.store.admin.AdminProtection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The block {@code access}, and what the blocks of both servers say about who may call. */
final class AccessValues {
  private final Config values;

  AccessValues(Config values) {
    this.values = values;
  }

  private AccessConfig access() {
    Reader r = new Reader(values.getConfig("access"));
    List<String> keys = r.config().getStringList("keys");
    keys.forEach(KeyLine::parse);
    return new AccessConfig(keys, path(r, "key-file"), tokens(r), reloadInterval());
  }

  private static AccessConfig.@Nullable Tokens tokens(Reader r) {
    Path jwks = path(r, "jwt.jwks-file");
    if (jwks == null) {
      return null;
    }
    if (r.text("jwt.issuer").isBlank() || r.text("jwt.audience").isBlank()) {
      throw new IllegalArgumentException(
          "access.jwt.issuer and access.jwt.audience must be set where there is a jwks-file");
    }
    return new AccessConfig.Tokens(
        jwks,
        r.text("jwt.issuer"),
        r.text("jwt.audience"),
        r.text("jwt.role-claim"),
        r.text("jwt.domains-claim"),
        r.duration("jwt.clock-skew"));
  }

  private Duration reloadInterval() {
    return values.getDuration("access.reload-interval");
  }

  /** Of the store's operator interface. */
  AdminProtection store() {
    Reader r = new Reader(values.getConfig("store"));
    return new AdminProtection(r.text("host"), access(), tls(r));
  }

  /** Of a serving node. */
  Protection serving() {
    Reader r = new Reader(values.getConfig("serving"));
    return new Protection(
        access(),
        tls(r),
        rates(r.config().getConfig("quotas.caller")),
        domainRates(r),
        Outgoing.of(path(r, "store-authorities"), path(r, "store-key-file")),
        ConfigFile.shown(values));
  }

  private static Map<String, Rates> domainRates(Reader r) {
    Map<String, Rates> rates = new LinkedHashMap<>();
    for (Config each : r.config().getConfigList("quotas.domains")) {
      rates.put(each.getString("domain"), rates(each));
    }
    return rates;
  }

  private static Rates rates(Config config) {
    return new Rates(rate(config, "requests"), rate(config, "events"), rate(config, "items"));
  }

  private static int rate(Config config, String kind) {
    return config.hasPath(kind) ? config.getInt(kind) : 0;
  }

  private @Nullable TlsFiles tls(Reader r) {
    Path certificate = path(r, "tls.certificate");
    Path key = path(r, "tls.key");
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new IllegalArgumentException("tls needs both certificate and key");
    }
    return new TlsFiles(certificate, key, reloadInterval());
  }

  private static @Nullable Path path(Reader r, String key) {
    String text = r.text(key);
    return text.isBlank() ? null : Path.of(text);
  }
}
