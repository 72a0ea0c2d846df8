"""Scrapy over pages of a server on this machine: ADDRESS COUNT. Prints one JSON object.

The same work as ours but for technologies, which Scrapy does not look for: robots.txt, every page once, its links and
its text. Processor time counts from the first request on, without Python's start.
"""

import json
import sys
import time

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

ADDRESS, COUNT = sys.argv[1], int(sys.argv[2])
SEEN = {"pages": 0, "links": 0, "chars": 0, "cpu_seconds": 0.0}
LINKS = LinkExtractor()


class Pages(scrapy.Spider):
    name = "pages"

    async def start(self):
        self.begin = time.process_time()
        for number in range(COUNT):
            yield scrapy.Request(f"http://{ADDRESS}/p/{number}", callback=self.parse, dont_filter=True)

    def parse(self, response):
        texts = response.xpath("//body//text()[not(parent::script or parent::style or parent::noscript)]").getall()
        SEEN["pages"] += 1
        SEEN["links"] += len(LINKS.extract_links(response))
        SEEN["chars"] += sum(len(text) for text in texts)

    def closed(self, reason):
        SEEN["cpu_seconds"] = time.process_time() - self.begin


process = CrawlerProcess(
    {
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
    }
)
process.crawl(Pages)
process.start()
print(json.dumps(SEEN | {"version": scrapy.__version__}))
