package dev.headwater.bench.ingest;

/**
 * What came out.
 *
 * @param eventsPerSecond events over the time from the first send to the commit of the last
 * @param lost good events that stand in no history, plus bad ones that are no dead letter; negative
 *     when more came out than went in
 * @param repeats repeats sent
 * @param duplicatesRemoved repeats that ingest dropped
 * @param deadLettered bad events that ingest refused
 * @param seconds of the measured part
 * @param fillSeconds before it, to fill the histories
 */
public record IngestBenchmarkResult(
    double eventsPerSecond,
    long lost,
    long repeats,
    long duplicatesRemoved,
    long deadLettered,
    double seconds,
    double fillSeconds) {}
