// Runs the cases of the contract through the Go client: a case a line in, what came of it a line out.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	headwater "headwater.dev/client"
)

type asked struct {
	URL           string                     `json:"url"`
	Key           string                     `json:"key"`
	Attempts      int                        `json:"attempts"`
	FirstWaitMs   int                        `json:"first_wait_ms"`
	LongestWaitMs int                        `json:"longest_wait_ms"`
	TimeoutMs     int                        `json:"timeout_ms"`
	Call          string                     `json:"call"`
	Path          [][2]string                `json:"path"`
	Query         map[string]json.RawMessage `json:"query"`
	Body          json.RawMessage            `json:"body"`
	BodyType      string                     `json:"body_type"`
}

func (a asked) method() reflect.Value {
	retries := headwater.Retries{
		Attempts:    a.Attempts,
		FirstWait:   time.Duration(a.FirstWaitMs) * time.Millisecond,
		LongestWait: time.Duration(a.LongestWaitMs) * time.Millisecond,
		Timeout:     time.Duration(a.TimeoutMs) * time.Millisecond,
	}
	client := headwater.Connect(a.URL, a.Key, retries)
	name := strings.ToUpper(a.Call[:1]) + a.Call[1:]
	for _, api := range []any{client.ShopAPI, client.DomainAPI, client.NodeAPI} {
		if method := reflect.ValueOf(api).MethodByName(name); method.IsValid() {
			return method
		}
	}
	panic("no call " + name)
}

// with gives a request one more value, by the method of that name.
func with(request reflect.Value, name string, value json.RawMessage) reflect.Value {
	method := request.MethodByName(name)
	argument := reflect.New(method.Type().In(0))
	if err := json.Unmarshal(value, argument.Interface()); err != nil {
		panic(err)
	}
	return method.Call([]reflect.Value{argument.Elem()})[0]
}

func camel(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

func (a asked) outcome() (result map[string]any) {
	defer func() {
		if failure := recover(); failure != nil {
			result = map[string]any{"failed": fmt.Sprint(failure)}
		}
	}()
	arguments := []reflect.Value{reflect.ValueOf(context.Background())}
	for _, part := range a.Path {
		arguments = append(arguments, reflect.ValueOf(part[1]))
	}
	request := a.method().Call(arguments)[0]
	for name, value := range a.Query {
		request = with(request, camel(name), value)
	}
	if a.Body != nil {
		request = with(request, a.BodyType, a.Body)
	}
	ended := request.MethodByName("Execute").Call(nil)
	response, _ := ended[1].Interface().(*http.Response)
	err, _ := ended[2].Interface().(error)
	if refused := headwater.AsError(response, err); refused != nil {
		return map[string]any{"refused": map[string]any{
			"status": refused.Status, "code": refused.Code, "detail": refused.Detail,
			"retry_after": refused.RetryAfter.Seconds(),
		}}
	}
	return map[string]any{"answer": ended[0].Interface()}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var one asked
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			panic(err)
		}
		if err := out.Encode(one.outcome()); err != nil {
			panic(err)
		}
	}
}
