package headwater

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// NoAnswer is the status of a call that reached no node.
const NoAnswer = 0

// Error is a call that was refused, or got no answer in spite of retries.
type Error struct {
	// Status of HTTP, NoAnswer when there was none.
	Status int
	// Code is stable, for programs; x-headwater-problems of the OpenAPI document lists them all.
	Code string
	// Detail is for a person.
	Detail string
	// RetryAfter is how long the node asks to wait; zero when it does not.
	RetryAfter time.Duration
	cause      error
}

func (e *Error) Error() string { return e.Code + ": " + e.Detail }

// Unwrap returns what the generated call, or the connection, said.
func (e *Error) Unwrap() error { return e.cause }

// AsError returns what a call failed of, nil when it did not: give it the last two results of Execute.
func AsError(response *http.Response, err error) *Error {
	if err == nil {
		return nil
	}
	if response == nil {
		return &Error{Status: NoAnswer, Code: "no_answer", Detail: err.Error(), cause: err}
	}
	// What stands between us and a node may answer in words of its own.
	failed := &Error{
		Status:     response.StatusCode,
		Code:       fmt.Sprintf("http_%d", response.StatusCode),
		Detail:     "no problem details",
		RetryAfter: retryAfter(response),
		cause:      err,
	}
	var generic *GenericOpenAPIError
	var problem Problem
	if strings.Contains(response.Header.Get("Content-Type"), "problem+json") &&
		errors.As(err, &generic) && json.Unmarshal(generic.Body(), &problem) == nil {
		failed.Code = problem.Code
		failed.Detail = problem.Detail
	}
	return failed
}

// Retries say how often and when a call is made again: all may be, repeats of an event are dropped.
type Retries struct {
	// Attempts are calls in all, 1: no retry.
	Attempts int
	// FirstWait comes before the second call; doubled each time, and drawn between half and all of it.
	FirstWait time.Duration
	// LongestWait is the bound of that, and of what Retry-After may ask for.
	LongestWait time.Duration
}

// DefaultRetries are four calls within a few seconds.
var DefaultRetries = Retries{4, 100 * time.Millisecond, 5 * time.Second}

// Connect returns the calls of a node at an address like http://localhost:8080; key is empty where
// the node asks for none. Nothing is opened yet.
func Connect(node string, key string, retries Retries) *APIClient {
	configuration := NewConfiguration()
	configuration.Servers = ServerConfigurations{{URL: node}}
	configuration.HTTPClient = &http.Client{
		Transport: &retrying{http.DefaultTransport.(*http.Transport).Clone(), retries},
	}
	if key != "" {
		configuration.AddDefaultHeader("X-API-Key", key)
	}
	return NewAPIClient(configuration)
}

type retrying struct {
	below   http.RoundTripper
	retries Retries
}

func (r *retrying) RoundTrip(request *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		again := request.Clone(request.Context())
		if request.GetBody != nil {
			body, err := request.GetBody()
			if err != nil {
				return nil, err
			}
			again.Body = body
		}
		response, err := r.below.RoundTrip(again)
		if attempt >= r.retries.Attempts || (err == nil && !mayRetry(response.StatusCode)) {
			return response, err
		}
		var asked time.Duration
		if err == nil {
			asked = retryAfter(response)
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
		select {
		case <-request.Context().Done():
			return nil, request.Context().Err()
		case <-time.After(r.retries.wait(attempt, asked)):
		}
	}
}

func mayRetry(status int) bool {
	return status == 429 || status == 502 || status == 503 || status == 504
}

func (r Retries) wait(attempt int, asked time.Duration) time.Duration {
	own := float64(r.FirstWait) * math.Pow(2, float64(attempt-1)) * (0.5 + rand.Float64()/2)
	return min(max(time.Duration(own), asked), r.LongestWait)
}

// retryAfter reads seconds, as nodes write them, or a date.
func retryAfter(response *http.Response) time.Duration {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if until, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(until))
	}
	return 0
}
