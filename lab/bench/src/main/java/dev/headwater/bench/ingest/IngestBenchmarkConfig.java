package dev.headwater.bench.ingest;

/**
 * What to send.
 *
 * @param domain must be among the configured ones
 * @param events interactions of the measured part, repeats and bad ones included
 * @param users drawn by Zipf, exponent 1
 * @param fill events of each user before the measured part
 * @param repeats share of the measured events that repeat one of the last 10,000
 * @param bad share of the measured events that are bad input
 * @param seed of the random generator
 */
public record IngestBenchmarkConfig(
    String domain, int events, int users, int fill, double repeats, double bad, long seed) {

  /** Returns 50,000 users, histories filled to 20, 1 % repeats and 0.5 % bad events. */
  public static IngestBenchmarkConfig of(String domain, int events) {
    return new IngestBenchmarkConfig(domain, events, 50_000, 20, 0.01, 0.005, 1);
  }
}
