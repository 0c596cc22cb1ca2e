package dev.headwater.idp.evaluate;

import dev.headwater.idp.heldout.Judgement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one cell came to.
 *
 * @param test on the test users; null in mode stream
 * @param validationNdcg10 what variants are chosen by, of validation users; in mode ranked of every
 *     other one of them, after learning from the rest; 0 where nothing was trained or chosen
 * @param cold in mode cold-items
 * @param stream in mode stream
 * @param seconds the whole took
 * @param config settings, for people to read
 */
public record EvaluateResult(
    @Nullable Judgement test,
    double validationNdcg10,
    @Nullable ColdResult cold,
    @Nullable StreamResult stream,
    double seconds,
    Map<String, String> config) {}
