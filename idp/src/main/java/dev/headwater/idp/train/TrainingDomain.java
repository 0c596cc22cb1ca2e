package dev.headwater.idp.train;

import dev.headwater.idp.heldout.HeldOut;
import java.util.List;

/**
 * What is trained of one domain.
 *
 * @param name of the domain
 * @param firstRow where its items begin in the table
 * @param itemCount size of its catalog
 * @param sequences item numbers of the domain, oldest first, two or more each
 * @param validation asked after every epoch
 */
public record TrainingDomain(
    String name, int firstRow, int itemCount, List<int[]> sequences, List<HeldOut> validation) {}
