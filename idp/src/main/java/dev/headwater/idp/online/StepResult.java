package dev.headwater.idp.online;

/**
 * What one step did.
 *
 * @param loss mean loss of the examples, before the step
 * @param touched slots whose rows changed, each once
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two rooms, never compared
public record StepResult(double loss, int[] touched) {}
