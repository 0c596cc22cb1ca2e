package headwater

import (
	"bytes"
	"context"
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

// DefaultTimeout is how long a call may take, to the end of its answer; each retry may take as long again.
const DefaultTimeout = 15 * time.Second

// Retries say how often and when a call is made again: repeats of an event are dropped. Pin, unpin and rollback are
// orders: they are made again only after 429, for nobody knows what became of them otherwise.
type Retries struct {
	// Attempts are calls in all, 1: no retry.
	Attempts int
	// FirstWait comes before the second call; doubled each time, and drawn between half and all of it.
	FirstWait time.Duration
	// LongestWait is the bound of that, and of what Retry-After may ask for.
	LongestWait time.Duration
	// Timeout of one call, to the end of its answer; zero: DefaultTimeout.
	Timeout time.Duration
}

// DefaultRetries are four calls within a few seconds.
var DefaultRetries = Retries{
	Attempts: 4, FirstWait: 100 * time.Millisecond, LongestWait: 5 * time.Second, Timeout: DefaultTimeout,
}

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
		response, err := r.answer(request)
		if attempt >= r.retries.Attempts || request.Context().Err() != nil || !mayRepeat(request, response) {
			return response, err
		}
		var asked time.Duration
		if response != nil {
			asked = retryAfter(response)
		}
		select {
		case <-request.Context().Done():
			return nil, request.Context().Err()
		case <-time.After(r.retries.wait(attempt, asked)):
		}
	}
}

// answer makes one call and reads its answer whole: a connection may break, or a node stand still, in the body as well.
func (r *retrying) answer(request *http.Request) (*http.Response, error) {
	timeout := r.retries.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	limited, cancel := context.WithTimeout(request.Context(), timeout)
	defer cancel()
	one := request.Clone(limited)
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			return nil, err
		}
		one.Body = body
	}
	response, err := r.below.RoundTrip(one)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	whole, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(whole))
	return response, nil
}

// mayRepeat says whether a call is made again after a response, nil: nobody answered.
func mayRepeat(request *http.Request, response *http.Response) bool {
	if response != nil && response.StatusCode == 429 {
		return true
	}
	for _, order := range []string{"/pin", "/unpin", "/rollback"} {
		if strings.HasSuffix(request.URL.Path, order) {
			return false
		}
	}
	return response == nil || (response.StatusCode >= 502 && response.StatusCode <= 504)
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
