package dev.headwater.chaos;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.platform.report.JsonReport;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of a fault.
 *
 * @param runs how often it was tried
 * @param problems rules that did not hold, a line each
 * @param lost clicks in no history, and examples neither learned nor accounted for
 * @param recoveredS seconds from the fault until no click was older than five seconds before both
 *     nodes served it and FineTuneJob had learned it; 0 when none ever was; -1 when it did not
 *     settle in time; the slowest run
 * @param staleMaxS the oldest that such a click became
 * @param overtaken rows that were followed by an older one and then put right
 * @param ended processes that ended by themselves and were started again
 * @param clicks that the brokers took meanwhile
 * @param notTaken records that the producer could not bring to the brokers in time
 * @param answers requests answered meanwhile
 * @param tookS seconds from the fault until the rules had been looked at, all runs together
 * @param notes figures that belong to this fault alone
 * @param load1 load average of the machine at the start, the highest
 */
record Outcome(
    int runs,
    List<String> problems,
    long lost,
    double recoveredS,
    double staleMaxS,
    long overtaken,
    List<String> ended,
    long clicks,
    long notTaken,
    long answers,
    double tookS,
    List<String> notes,
    double load1) {
  private static final int SHOWN = 5;

  Outcome {
    problems = List.copyOf(problems);
    ended = List.copyOf(ended);
    notes = List.copyOf(notes);
  }

  Outcome plus(Outcome other) {
    List<String> all = new ArrayList<>(problems);
    all.addAll(other.problems);
    List<String> allEnded = new ArrayList<>(ended);
    allEnded.addAll(other.ended);
    List<String> allNotes = new ArrayList<>(notes);
    allNotes.addAll(other.notes);
    boolean unsettled = recoveredS < 0 || other.recoveredS < 0;
    return new Outcome(
        runs + other.runs,
        all,
        Math.max(lost, other.lost),
        unsettled ? -1 : Math.max(recoveredS, other.recoveredS),
        Math.max(staleMaxS, other.staleMaxS),
        overtaken + other.overtaken,
        allEnded,
        clicks + other.clicks,
        notTaken + other.notTaken,
        answers + other.answers,
        tookS + other.tookS,
        allNotes,
        Math.max(load1, other.load1));
  }

  boolean isClean() {
    return problems.isEmpty() && lost == 0 && recoveredS >= 0;
  }

  ObjectNode toJson() {
    ObjectNode node = JsonReport.object();
    node.put("runs", runs);
    node.put("violations", problems.size());
    node.put("lost", lost);
    node.put("recovered_s", tenth(recoveredS));
    node.put("stale_max_s", tenth(staleMaxS));
    node.put("overtaken", overtaken);
    node.put("ended_by_themselves", ended.size());
    node.put("clicks", clicks);
    node.put("not_taken", notTaken);
    node.put("answers", answers);
    node.put("took_s", tenth(tookS));
    node.put("load1", tenth(load1));
    if (!ended.isEmpty()) {
      ArrayNode shown = node.putArray("ended");
      ended.stream().limit(SHOWN).forEach(shown::add);
    }
    if (!notes.isEmpty()) {
      ArrayNode shown = node.putArray("notes");
      notes.stream().limit(SHOWN).forEach(shown::add);
    }
    if (!problems.isEmpty()) {
      ArrayNode shown = node.putArray("problems");
      problems.stream().limit(SHOWN).forEach(shown::add);
    }
    return node;
  }

  private static double tenth(double value) {
    return Math.round(value * 10) / 10.0;
  }

  String line(String name) {
    List<String> remarks = new ArrayList<>(problems);
    remarks.addAll(ended);
    remarks.addAll(notes);
    return "%-32s violations %d, lost %d, recovered %.1f s, stale at most %.1f s, load %.1f%s"
        .formatted(
            name,
            problems.size(),
            lost,
            recoveredS,
            staleMaxS,
            load1,
            remarks.isEmpty()
                ? ""
                : "\n    " + String.join("\n    ", remarks.stream().limit(SHOWN).toList()));
  }
}
