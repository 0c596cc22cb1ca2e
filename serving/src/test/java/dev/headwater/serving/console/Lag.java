package dev.headwater.serving.console;

/** Answers of {@code GET /v1/lag} for what a healthy shop cannot show. */
final class Lag {
  private static final String HOP =
      "{\"domain\":\"shop\",\"path\":\"%s\",\"hop\":\"%s\",\"state\":\"%s\",\"seconds\":%s,"
          + "\"p50_seconds\":0.06,\"p99_seconds\":0.2,\"last_heartbeat_ms\":%d%s}";

  private Lag() {}

  static String withStoppedFineTune(long nowMs) {
    long stopped = nowMs - 24_000;
    return "{\"node\":\"n1\",\"at_ms\":%d,\"interval_ms\":2000,\"hops\":[".formatted(nowMs)
        + String.join(
            ",",
            HOP.formatted("clicks", "ingest", "live", "0.058", nowMs, ",\"clock_skew_ms\":600000"),
            HOP.formatted("clicks", "fine-tune", "stopped", "24", stopped, ""),
            HOP.formatted("clicks", "serving", "idle", "0.01", stopped, ""),
            HOP.formatted("clicks", "end-to-end", "stopped", "24.1", stopped, ""),
            HOP.formatted("items", "cold-start", "live", "0.1", nowMs, ""),
            HOP.formatted("items", "end-to-end", "live", "0.2", nowMs, ""))
        + "]}";
  }
}
