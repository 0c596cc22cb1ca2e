/** What the integration tests of both jobs share: a broker with a tenant for each test. */
@NullMarked
package dev.headwater.jobs;

import org.jspecify.annotations.NullMarked;
