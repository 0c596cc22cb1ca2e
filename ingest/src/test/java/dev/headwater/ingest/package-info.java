/** Tests of ingest: pure functions, the topology in the test driver, the service on a broker. */
package dev.headwater.ingest;
